"""监管数据采集: the collector's offline app, tasks, patrol, positions, evidence, teams and contractors (CJJ/T 106)."""
