"""The rules that a spec has to keep; each finds one kind of mistake and says where it stands."""
