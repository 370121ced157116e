"""How results are drawn and handed over: webs, bars, spreadsheets. Takes ready numbers and ready labels.

Nothing here imports matplotlib until a chart is really drawn: `reports.chart` holds the values, `reports.studio` draws
them in a child process, `reports.drawing` is what that child runs.
"""
