"""The live page: a network to touch, as one HTML file that computes by itself.

program     what the page knows of the network, as data for JSON
functions   the functions of the network as JavaScript, written from the tables
scripts     the scripts of the page, joined from the files in `js/`
"""
