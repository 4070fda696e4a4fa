"""A network as yEd saves it: numbered nodes, whose names and weights stand in labels."""

from __future__ import annotations

HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <!--Created by yEd 3.23-->
  <key attr.name="Description" attr.type="string" for="graph" id="d0"/>
  <key attr.name="activation" attr.type="string" for="node" id="d4">
    <default/>
  </key>
  <key attr.name="url" attr.type="string" for="node" id="d5"/>
  <key attr.name="description" attr.type="string" for="node" id="d6"/>
  <key for="node" id="d7" yfiles.type="nodegraphics"/>
  <key for="graphml" id="d8" yfiles.type="resources"/>
  <key attr.name="description" attr.type="string" for="edge" id="d10"/>
  <key for="edge" id="d11" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <data key="d0"/>
"""


def node(number: int, label: str, activation: str = "") -> str:
    """A node with its label and a property of the person's own."""
    return f"""    <node id="n{number}">
      <data key="d4"><![CDATA[{activation}]]></data>
      <data key="d6"/>
      <data key="d7">
        <y:ShapeNode>
          <y:Geometry height="30.0" width="30.0" x="{60 * number}.0" y="10.0"/>
          <y:NodeLabel alignment="center" fontSize="12" visible="true">{label}<y:LabelModel>
              <y:SmartNodeLabelModel distance="4.0"/>
            </y:LabelModel>
          </y:NodeLabel>
          <y:Shape type="ellipse"/>
        </y:ShapeNode>
      </data>
    </node>
"""


def edge(number: int, source: int, target: int, label: str) -> str:
    """An edge with its label; without one as yEd writes it."""
    text = f'<y:EdgeLabel alignment="center" visible="true">{label}</y:EdgeLabel>' if label else ""
    return f"""    <edge id="e{number}" source="n{source}" target="n{target}">
      <data key="d10"/>
      <data key="d11">
        <y:PolyLineEdge>
          <y:Arrows source="none" target="standard"/>
          {text}
        </y:PolyLineEdge>
      </data>
    </edge>
"""


FRAME = """    <node id="n9" yfiles.foldertype="group">
      <data key="d7">
        <y:ProxyAutoBoundsNode>
          <y:Realizers active="0">
            <y:GroupNode>
              <y:NodeLabel>Hidden layer</y:NodeLabel>
            </y:GroupNode>
          </y:Realizers>
        </y:ProxyAutoBoundsNode>
      </data>
      <graph edgedefault="directed" id="n9:">
      </graph>
    </node>
"""

TAIL = """  </graph>
  <data key="d8">
    <y:Resources/>
  </data>
</graphml>
"""


def file(*parts: str) -> str:
    """A whole file of nodes and edges."""
    return HEAD + "".join(parts) + TAIL
