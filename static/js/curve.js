/* The curve of a scenario: match and evenness against moves. A point of the chart leads to its row and its button. */
(() => {
  window.charts.register("curve", (data, t) => {
    const axis = (extra) => ({
      type: "value", scale: true, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: t["ink-2"], fontSize: 11, hideOverlap: true },
      splitLine: { lineStyle: { color: t.line } }, nameTextStyle: { color: t["ink-2"], fontSize: 11 }, ...extra,
    });
    const line = (name, at, color, extra) => ({
      name, type: "line", data: data.points.map((point) => [point[0], point[at]]), symbolSize: 9, cursor: "pointer",
      lineStyle: { width: 2, color: t[color] }, itemStyle: { color: t[color] }, ...extra,
    });
    return {
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      animationDuration: 250,
      grid: { left: 8, right: 8, top: 52, bottom: 24, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: t["ink-2"], fontSize: 11 } },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, padding: [6, 9], backgroundColor: t.surface, borderColor: t["line-strong"], textStyle: { color: t.ink, fontSize: 12 },
        formatter: (items) => [`${window.charts.number(items[0].value[0])} ${data.names.moves}`, ...items.map((item) => `${item.seriesName}: ${item.value[1] == null ? "–" : window.charts.number(item.value[1])}`)].join("\n"),
      },
      xAxis: axis({ min: 0, scale: false, name: data.names.moves, nameLocation: "middle", nameGap: 24 }),
      yAxis: [axis({ name: data.names.match, nameTextStyle: { color: t["ink-2"], fontSize: 11, align: "left" } }), axis({ name: data.names.ratio, splitLine: { show: false }, nameTextStyle: { color: t["ink-2"], fontSize: 11, align: "right" } })],
      series: [line(data.names.match, 1, "accent-fill", {}), line(data.names.ratio, 2, "type-product", { yAxisIndex: 1, symbol: "diamond", lineStyle: { width: 2, type: "dashed", color: t["type-product"] } })],
    };
  });

  function lead(moves) {
    document.querySelectorAll(".curve-points tr").forEach((row) => row.classList.toggle("is-chosen", row.dataset.moves === String(moves)));
    const row = document.querySelector(".curve-points tr.is-chosen");
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector("button")?.focus();
  }
  function wire() {
    const element = document.querySelector("[data-chart='curve']");
    const chart = element && window.echarts.getInstanceByDom(element);
    chart?.off("click");
    chart?.on("click", (event) => lead(event.value[0]));
  }
  wire();
  document.addEventListener("htmx:afterSettle", wire);
  // The job has ended: the last points come with the page, without the poll.
  document.body.addEventListener("job-finished", () => window.location.reload());
})();
