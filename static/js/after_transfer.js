/* The share of assets kept by day since the move, with the 95 % band of each group. Data: {days, n, moved, unmoved, names}; points [middle, low, high] or null. */
window.charts.register("kept-curve", (data, t) => {
  const at = (side, place) => data.days.map((day, index) => [day, data[side][index] && data[side][index][place]]);
  const band = (side, color) => [
    { name: `${side}-low`, type: "line", stack: side, data: at(side, 1), symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } },
    { name: `${side}-high`, type: "line", stack: side, symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: t[color], opacity: 0.12 },
      data: data.days.map((day, index) => [day, data[side][index] && data[side][index][2] - data[side][index][1]]) },
  ];
  const line = (side, color, type) => ({
    name: data.names[side], type: "line", data: at(side, 0), symbolSize: 5, lineStyle: { width: 2, type, color: t[color] }, itemStyle: { color: t[color] },
  });
  const axis = { axisTick: { show: false }, axisLabel: { color: t["ink-2"], fontSize: 11, hideOverlap: true }, nameTextStyle: { color: t["ink-2"], fontSize: 11, align: "left" }, splitLine: { lineStyle: { color: t.line } } };
  const say = (side, index) => (data[side][index] ? `${data.names[side]}: ${window.charts.number(data[side][index][0])} (${window.charts.number(data[side][index][1])} – ${window.charts.number(data[side][index][2])})` : "");
  return {
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    animationDuration: 250,
    aria: { enabled: true },
    grid: { left: 8, right: 16, top: 48, bottom: 24, containLabel: true },
    legend: { top: 0, left: 0, data: [data.names.moved, data.names.unmoved], itemWidth: 10, itemHeight: 10, textStyle: { color: t["ink-2"], fontSize: 11 } },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, padding: [6, 9], backgroundColor: t.surface, borderColor: t["line-strong"], textStyle: { color: t.ink, fontSize: 12 },
      formatter: (items) => {
        const index = items[0].dataIndex;
        return [`${data.days[index]} ${data.names.days} · ${data.n[index]} ${data.names.n}`, say("moved", index), say("unmoved", index)].filter(Boolean).join("\n");
      },
    },
    xAxis: { type: "value", min: 0, max: data.days[data.days.length - 1], name: data.names.days, nameLocation: "middle", nameGap: 24, ...axis, splitLine: { show: false } },
    yAxis: { type: "value", scale: true, name: data.names.kept, ...axis },
    series: [...band("unmoved", "type-product"), ...band("moved", "accent-fill"), line("unmoved", "type-product", "dashed"), line("moved", "accent-fill", "solid")],
  };
});
