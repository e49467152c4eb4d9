"""The revisions of a PDF that were signed: found, compared with the present one, taken out."""
