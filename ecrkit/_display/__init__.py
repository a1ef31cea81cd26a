"""How `ecrkit.progress` shows events: what there is to show (`board`), and where (`lines`, `bars`, `notebook`)."""
