/* The asset curve of a client: kinds on top of each other, over unevenly spaced days. Data: {days, series, unit}. */
window.charts.register("asset-curve", (data, t) => ({
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
  animationDuration: 250,
  aria: { enabled: true },
  grid: { left: 8, right: 16, top: 30, bottom: 8, containLabel: true },
  legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", textStyle: { color: t["ink-2"], fontSize: 11 } },
  tooltip: {
    trigger: "axis", renderMode: "richText", confine: true, padding: [6, 9],
    backgroundColor: t.surface, borderColor: t["line-strong"], textStyle: { color: t.ink, fontSize: 12 },
    valueFormatter: (value) => (value == null ? "–" : window.charts.number(value)),
  },
  xAxis: { type: "time", minInterval: 28 * 24 * 3600 * 1000, axisLine: { lineStyle: { color: t["line-strong"] } }, axisTick: { show: false }, axisLabel: { color: t["ink-2"], fontSize: 11, hideOverlap: true, formatter: "{yyyy}-{MM}" } },
  yAxis: { type: "value", name: data.unit, nameTextStyle: { color: t["ink-2"], fontSize: 11 }, axisLabel: { color: t["ink-2"], fontSize: 11 }, splitLine: { lineStyle: { color: t.line } } },
  series: data.series.map((each) => ({
    name: each.name, type: "line", stack: "assets", showSymbol: data.days.length < 3, symbolSize: 5,
    lineStyle: { width: 1, color: t[each.color] }, itemStyle: { color: t[each.color] }, areaStyle: { color: t[each.color], opacity: 0.35 },
    data: data.days.map((day, index) => [day, each.values[index]]),
  })),
}));
