"""What stands around a network in PMML changes what it computes: it is read, or refused."""

from __future__ import annotations

import pytest

import deepgraph
from deepgraph.errors import FormatError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options

NETWORK = """<NeuralNetwork functionName="regression" activationFunction="identity">
<MiningSchema><MiningField name="x"/></MiningSchema>
<NeuralInputs><NeuralInput id="i"><DerivedField><FieldRef field="x"/></DerivedField></NeuralInput>
</NeuralInputs>
<NeuralLayer><Neuron id="n" bias="1"><Con from="i" weight="2"/></Neuron></NeuralLayer>
<NeuralOutputs><NeuralOutput outputNeuron="n"><DerivedField><FieldRef field="y"/></DerivedField>
</NeuralOutput></NeuralOutputs></NeuralNetwork>"""
TARGET = '<Targets><Target field="y" rescaleFactor="10" rescaleConstant="100"/></Targets>'
SCALED = """<DerivedField name="s"><NormContinuous field="x"><LinearNorm orig="0" norm="-1"/>
<LinearNorm orig="10" norm="1"/></NormContinuous></DerivedField>"""


def written(folder, network=NETWORK, before=""):
    path = folder / "m.pmml"
    path.write_text(f'<PMML version="4.4"><Header/>{before}{network}</PMML>')
    return path


def targeted(target):
    return NETWORK.replace("<NeuralInputs>", f"{target}<NeuralInputs>")


def test_a_target_in_units_of_its_own(tmp_path):
    path = written(tmp_path, targeted(TARGET))
    assert deepgraph.from_file(path)([[0.5]])[0, 0] == 120.0
    merged = table.read(str(path), Options()).report.merged
    assert merged == ["Targets into the output, which is in the units of the target"]
    behind = NETWORK.replace(
        '<FieldRef field="y"/>',
        '<NormContinuous field="y"><LinearNorm orig="0" norm="0"/><LinearNorm orig="5" norm="1"/>'
        "</NormContinuous>",
    )
    path = written(tmp_path, behind.replace("<NeuralInputs>", f"{TARGET}<NeuralInputs>"))
    assert deepgraph.from_file(path)([[0.5]])[0, 0] == pytest.approx(2 * 5 * 10 + 100, abs=1e-12)


def field(**settings):
    text = " ".join(f'{key}="{value}"' for key, value in settings.items())
    return NETWORK.replace('<MiningField name="x"/>', f'<MiningField name="x" {text}/>')


REFUSED = [
    (targeted(TARGET.replace("/>", ' castInteger="round"/>')), "", "Targets with bounds"),
    (targeted(TARGET.replace('"10"', '"0"')), "", "the factor 0"),
    (
        targeted(f"<LocalTransformations>{SCALED}</LocalTransformations>").replace(
            'field="x"/></DerivedField></NeuralInput>', 'field="s"/></DerivedField></NeuralInput>'
        ),
        "",
        'the field "s" is computed from others',
    ),
    (
        NETWORK.replace('<FieldRef field="x"/>', '<FieldRef field="s"/>'),
        f"<TransformationDictionary>{SCALED}</TransformationDictionary>",
        'the field "s" is computed from others',
    ),
    (
        f"<MiningModel><Segmentation><Segment>{NETWORK}</Segment></Segmentation></MiningModel>",
        "",
        "the NeuralNetwork is a part of a Segment",
    ),
    (field(outliers="asExtremeValues", lowValue="0", highValue="1"), "", "outliers"),
    (NETWORK.replace('<FieldRef field="y"/>', "<Apply/>"), "", "an output by Apply"),
]


@pytest.mark.parametrize(("network", "before", "words"), REFUSED)
def test_what_changes_the_numbers_and_is_not_read(network, before, words, tmp_path):
    with pytest.raises(FormatError, match=words):
        deepgraph.from_file(written(tmp_path, network, before))


def test_a_replacement_of_what_is_missing_is_told(tmp_path):
    path = written(tmp_path, field(missingValueReplacement="7"))
    note = 'the original puts 7 where "x" is missing; this network does not'
    assert table.read(str(path), Options()).report.notes == [note]
