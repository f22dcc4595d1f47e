"""A folder of workbooks that is watched: what was saved there is read and handed in as ratings."""
