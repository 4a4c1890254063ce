"""Tables that people send as files: text of any encoding, workbooks, cells as spreadsheets leave them."""
