"""From a dataset to a model and an honest report. Read `teach` first, then `recipe` and `recipes/`, then `features` and
`split`, on which all build; `quick`, `thorough` and `classic`, the fits; `assemble`, `report`; `correct`, after."""
