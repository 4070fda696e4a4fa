"""Output: a laid-out picture as a file.

drawing                       the input of every format: view, layout, options
svg, png, pdf                 images; png and pdf are made from the SVG
tikz, mermaid, dot            texts for other programs
palette                       colours and line widths of all formats
svg_pieces, svg_paint         elements and colours of an SVG
latex_text                    escapes texts for tikz
font_files, bidi, shaping     a font for every character, the order of scripts, letters that join
png_text, pdf_text            texts of several scripts in PNG and PDF
unseen_text                   text without ink in a PDF, to be selected
loss_curve                    the loss over the epochs, a picture of its own
"""
