"""Tables as they come: csv-spectrum's cases, and the pollutions that Pollock lists.

csv-spectrum (Max Ogden, BSD-2-Clause) holds a CSV and its truth as JSON for each case; these are
its cases with texts of our own. Pollock (Vitagliano et al., VLDB 2023) counts what is wrong with
published CSV files; of each kind there is one here, and what becomes of it.
"""

from __future__ import annotations

import io
import json

import pytest

from deepgraph.errors import TableError
from deepgraph.tables import Source
from deepgraph.tables.rejects import Rejects

SPECTRUM = {
    "comma_in_quotes": (
        'who,road,town,n\nAda,5 Low Rd.,"Ely, Cambs",7\n',
        '[{"who": "Ada", "road": "5 Low Rd.", "town": "Ely, Cambs", "n": "7"}]',
    ),
    "empty": (
        'p,q,r\n1,"",""\n2,3,4\n',
        '[{"p": "1", "q": "", "r": ""}, {"p": "2", "q": "3", "r": "4"}]',
    ),
    "empty_crlf": (
        'p,q,r\r\n1,"",""\r\n2,3,4\r\n',
        '[{"p": "1", "q": "", "r": ""}, {"p": "2", "q": "3", "r": "4"}]',
    ),
    "escaped_quotes": (
        'p,q\n1,"he said ""oh"" twice"\n3,4\n',
        r'[{"p": "1", "q": "he said \"oh\" twice"}, {"p": "3", "q": "4"}]',
    ),
    "json": (
        'p,q\n1,"{""a"": ""b"", ""c"": [1.0, 2]}"\n',
        r'[{"p": "1", "q": "{\"a\": \"b\", \"c\": [1.0, 2]}"}]',
    ),
    "location_coordinates": (
        'p,place,town\n0123,"52°23\'55.6""N 0°15\'44.1""E",Ely\n',
        r"""[{"p": "0123", "place": "52°23'55.6\"N 0°15'44.1\"E", "town": "Ely"}]""",
    ),
    "newlines": (
        'p,q\n1,"two\nlines"\n"\n",8\n',
        r'[{"p": "1", "q": "two\nlines"}, {"p": "\n", "q": "8"}]',
    ),
    "newlines_crlf": (
        'p,q\r\n1,"two\r\nlines"\r\n7,8\r\n',
        r'[{"p": "1", "q": "two\r\nlines"}, {"p": "7", "q": "8"}]',
    ),
    "quotes_and_newlines": (
        'p,q\n1,"ho \n""ho"" \nho"\n3,4\n',
        r'[{"p": "1", "q": "ho \n\"ho\" \nho"}, {"p": "3", "q": "4"}]',
    ),
    "simple": ("p,q,r\n1,2,3\n", '[{"p": "1", "q": "2", "r": "3"}]'),
    "simple_crlf": ("p,q,r\r\n1,2,3\r\n", '[{"p": "1", "q": "2", "r": "3"}]'),
    "utf8": (
        "p,q\n1,2\n5,ʤ→日\n",
        '[{"p": "1", "q": "2"}, {"p": "5", "q": "ʤ→日"}]',
    ),
}


@pytest.mark.parametrize("name", SPECTRUM)
@pytest.mark.parametrize("block", [1, 5, None])
def test_csv_spectrum(name, block):
    content, truth = SPECTRUM[name]
    for text in (content, content.rstrip("\r\n"), "\ufeff" + content):
        table = Source(io.BytesIO(text.encode()), name, block=block).open()
        batches = list(table.batches([], table.header))
        found = [row for batch in batches for row in batch.to_pylist()]
        assert found == json.loads(truth)
        assert table.rows == len(found)


GOOD = [(1.0, 2.0), (3.0, 4.5)]
LOOKS = 't.csv: no column "x" for the input "x"; the header looks like {}: try delimiter={}'
QUOTED = "t.csv: the header looks like {}: try delimiter={}"
COLUMNS = "; the columns are {}; columns={{'x': HEADER}} names another"
CELL = 't.csv: row 1, column "x": {}'
NO_X = 't.csv: no column "x" for the input "x"'
NO_X_NO_Y = NO_X + ', nor for "y"'
HASH = (
    '; the first line begins with "#"; remove the sign if the line names the columns, and the line '
    "if it is a comment"
)
ARFF = (
    "; this is an ARFF file (Weka): keep the lines below @data, and write the names of the "
    "attributes above them in one line"
)
NUMBERS = "; the first line holds numbers; write the names of the columns above it"
STRAY = 'a quote inside a cell that does not begin with one; write the cell as "5"" pipe"'
BEHIND = "text behind the closing quote of a cell; a quote that belongs to the cell is doubled"

POLLUTIONS = {
    # the file
    "none": (b"x,y\n1,2\n3,4.5\n", GOOD),
    "no bytes": (b"", "t.csv: no header; the first line names the columns"),
    "no rows": (b"x,y\n", []),
    "one row": (b"x,y\n1,2\n", GOOD[:1]),
    "one column": (
        b"x\n1\n",
        ('t.csv: no column "y" for the input "y"; the columns are "x"; '
        "columns={'y': HEADER} names another"),
    ),
    "no line feed at the end": (b"x,y\n1,2\n3,4.5", GOOD),
    "two line feeds at the end": (
        b"x,y\n1,2\n3,4.5\n\n",
        GOOD,
    ),
    "three line feeds at the end": (
        b"x,y\n1,2\n3,4.5\n\n\n",
        "t.csv: row 3: the line is blank; remove it",
    ),
    "a blank line in the middle": (
        b"x,y\n1,2\n\n3,4.5\n",
        "t.csv: row 2: the line is blank; remove it",
    ),
    "a blank line with a blank": (
        b"x,y\n1,2\n3,4.5\n \n",
        "t.csv: row 3: 1 cell, and the header has 2",
    ),
    "a blank line of CRLF at the end": (b"x,y\r\n1,2\r\n3,4.5\r\n\r\n", GOOD),
    "nothing but a blank line": (b"x,y\n\n", []),
    "UTF-8 with a mark": (b"\xef\xbb\xbfx,y\n1,2\n3,4.5\n", GOOD),
    "UTF-16": (
        "x,y\n1,2\n".encode("utf-16"),
        "t.csv: this is not UTF-8 (it looks like UTF-16); save the file as UTF-8",
    ),
    "Latin-1 in another column": ("x,n,y\n1,é,2\n3,è,4.5\n".encode("latin-1"), GOOD),
    "Latin-1 in the header": (
        "x,é,y\n1,2,3\n".encode("latin-1"),
        "t.csv: the header is not UTF-8; save the file as UTF-8",
    ),
    # its dialect
    "CRLF": (b"x,y\r\n1,2\r\n3,4.5\r\n", GOOD),
    "CR": (b"x,y\r1,2\r3,4.5\r", "t.csv: lines end with a bare CR; end them with LF or CRLF"),
    "LF and CRLF": (b"x,y\r\n1,2\n3,4.5\r\n", GOOD),
    "LF and CR": (
        b"x,y\n1,2\r3,4.5\n",
        "t.csv: row 1: a CR without LF; end every line with LF or CRLF",
    ),
    "semicolons": (b"x;y\n1;2\n", LOOKS.format("'x;y'", "';'")),
    "tabs": (b"x\ty\n1\t2\n", LOOKS.format(r"'x\ty'", r"'\t'")),
    "bars": (b"x|y\n1|2\n", LOOKS.format("'x|y'", "'|'")),
    "blanks": (b"x y\n1 2\n", LOOKS.format("'x y'", "' '")),
    "many blanks": (b"  x   y\n  1   2\n", LOOKS.format("'  x   y'", "' '")),
    "quotes and semicolons": (b'"x";"the y"\n1;2\n', QUOTED.format("'\"x\";\"the y\"'", "';'")),
    "quotes and tabs": (b'"x"\t"y"\n1\t2\n', QUOTED.format("'\"x\"\\t\"y\"'", r"'\t'")),
    "comments": (b"# made by hand\nx,y\n1,2\n", NO_X + HASH),
    "a header behind a sign": (b"# x,y\n1,2\n", NO_X + HASH),
    "a comment among the rows": (
        b"x,y\n1,2\n# done\n",
        "t.csv: row 2: 1 cell, and the header has 2; it looks like a comment, remove it",
    ),
    "ARFF": (b"@RELATION iris\n\n@ATTRIBUTE x REAL\n", NO_X + ARFF),
    "ARFF with a comment": (b"% 1. Title: Iris\n@RELATION iris\n", NO_X + ARFF),
    "no header, and classes": (b"5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n", NO_X + NUMBERS),
    "comma and blank": (b"x, y\n1, 2\n3, 4.5\n", None),
    "two characters between": (b"x||y\n1||2\n", LOOKS.format("'x||y'", "'|'")),
    "every cell quoted": (b'"x","y"\n"1","2"\n"3","4.5"\n', GOOD),
    "single quotes": (
        b"'x','y'\n'1','2'\n",
        NO_X_NO_Y + """; did you mean "'x'"? columns={'x': "'x'"} takes it""",
    ),
    "backslash before a quote": (
        b'x,t,y\n1,"a\\"b",2\n',
        f"t.csv: row 1: {BEHIND}",
    ),
    "a backslash is a character": (b'x,t,y\n1,"a\\",2\n3,b\\,4.5\n', GOOD),
    "decimal comma": (
        b'x;y\n"1,5";2\n',
        LOOKS.format("'x;y'", "';'"),
    ),
    # the table
    "preamble": (
        b"Measured in May\nx,y\n1,2\n",
        NO_X_NO_Y + COLUMNS.format('"Measured in May"'),
    ),
    "footnote": (
        b"x,y\n1,2\n3,4.5\nSource: us\n",
        "t.csv: row 3: 1 cell, and the header has 2",
    ),
    "two tables": (
        b"x,y\n1,2\n\na,b,c\n7,8,9\n",
        "t.csv: row 2: the line is blank; remove it",
    ),
    "no header": (
        b"1,2\n3,4.5\n",
        NO_X + "; the first line holds numbers; write the names of the columns above it",
    ),
    "header of two lines": (
        b"x,y\nm,kg\n1,2\n",
        "t.csv: row 1, column \"x\": 'm' is not a number",
    ),
    "header twice": (
        b"x,y\n1,2\nx,y\n3,4.5\n",
        "t.csv: row 2, column \"x\": 'x' is not a number",
    ),
    "a name twice": (b"x,y,x\n1,2,3\n", 't.csv: 2 columns are named "x"; rename one'),
    "another name twice": (b"x,y,n,n\n1,2,0,0\n3,4.5,0,0\n", GOOD),
    "a name missing": (b"x,,y\n1,0,2\n3,0,4.5\n", GOOD),
    "a name too few": (b"x,y\n0,1,2\n", "t.csv: row 1: 3 cells, and the header has 2"),
    "a row number before": (b",x,y\n0,1,2\n1,3,4.5\n", GOOD),
    # its rows
    "a cell too many": (b"x,y\n1,2\n3,4.5,6\n", "t.csv: row 2: 3 cells, and the header has 2"),
    "a delimiter at the end": (b"x,y\n1,2,\n", "t.csv: row 1: 3 cells, and the header has 2"),
    "a delimiter at every end": (b"x,y,\n1,2,\n3,4.5,\n", GOOD),
    "a cell too few": (b"x,y\n1,2\n3\n", "t.csv: row 2: 1 cell, and the header has 2"),
    "a row between others in another dialect": (
        b"x,y\n1,2\n3;4.5\n",
        "t.csv: row 2: 1 cell, and the header has 2",
    ),
    "a quote too many": (b'x,t,y\n1,5" pipe,2\n', f"t.csv: row 1: {STRAY}"),
    "a quote never closed": (
        b'x,t,y\n1,"a,2\n3,b,4.5\n',
        "t.csv: row 1: a quote is opened and never closed; double the quotes in a cell",
    ),
    "line feeds in quotes": (b'x,t,y\n1,"a\n\nb",2\n3,"\n",4.5\n', GOOD),
    # its cells
    "empty": (b"x,y\n1,\n", 't.csv: row 1, column "y": the cell is empty; a number belongs there'),
    "NA": (
        b"x,y\nNA,2\n",
        CELL.format("'NA' is not a number; a missing value has to be filled in"),
    ),
    "a unit": (b"x,y\n1 kg,2\n", CELL.format("'1 kg' is not a number; write 1, without the unit")),
    "a percentage": (
        b"x,y\n1%,2\n",
        CELL.format("'1%' is not a number; write 1, or 0.01, without the sign"),
    ),
    "a date": (b"x,y\n2024-01-01,2\n", CELL.format(
        "'2024-01-01' is not a number; it looks like a date; make a number of it first, such as "
        "days since the first one"
    )),
    "a formula": (b"x,y\n=1+1,2\n", "t.csv: row 1, column \"x\": '=1+1' is not a number"),
    "blanks around": (b"x,y\n 1 ,\t2\n3 , 4.5\n", GOOD),
    "a hard blank": (
        "x,y\n1\xa0000,2\n".encode(),
        CELL.format("'1\\xa0000' is not a number; write nothing between the thousands: 1000"),
    ),
    "a NUL": (b"x,y\n1\0,2\n", "t.csv: row 1, column \"x\": '1\\x00' is not a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", POLLUTIONS)
@pytest.mark.parametrize("block", [1, 7, None])
def test_pollutions(name, block):
    content, expected = POLLUTIONS[name]
    if expected is None:  # a header with blanks is told apart, and the cells may have them
        expected = (
            't.csv: no column "y" for the input "y"; did you mean " y"? '
            "columns={'y': ' y'} takes it"
        )
    try:
        found = read(content, block)
    except TableError as error:
        found = str(error)
    assert found == expected


@pytest.mark.parametrize("name", POLLUTIONS)
def test_no_row_of_a_polluted_file_goes_missing(name):
    rejects = Rejects()
    try:
        table = Source(io.BytesIO(POLLUTIONS[name][0]), "t.csv").open()
        rows = sum(batch.num_rows for batch in table.batches(["x", "y"], [], rejects))
    except TableError:
        return
    assert table.rows == rows + len(rejects)
    table.check_count(rows, len(rejects))


def read(content, block):
    table = Source(io.BytesIO(content), "t.csv", block=block).open()
    table.require_inputs({"x": "x", "y": "y"})
    batches = table.batches(["x", "y"], [])
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
