/* Charts from data the server wrote into the page: <div data-chart="KIND" data-from="ID"> and json_script ID.
   Kinds and their data:
     bar      {categories, series: [{name, values, color?}], unit?, horizontal?}
     stacked  the same, on top of each other
     line     {categories, series, unit?, area?}
     pareto   {points: [[share of clients 0-100, share of value 0-100], ...], mark: [x, y], names: {x, y, mark, even}}
     scatter  {points: [[x, y, label, color?], ...], names: {x, y}, band?: [low, high]}
   A page's own script adds a kind: charts.register("name", (data, theme) => option). Colours are names of tokens
   ("type-asset", "tier-5", "accent"), so that they follow the theme. Strict CSP: tooltips are drawn, not HTML. */
(() => {
  const kinds = {};
  const english = () => document.documentElement.lang === "en";

  /* Token values as rgb(): ECharts cannot read light-dark(). */
  function theme() {
    const probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
    const color = (name) => {
      probe.style.color = "";
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const names = ["ink", "ink-2", "line", "line-strong", "surface", "accent-fill", "accent-wash", "rise", "fall", "caution", "danger",
      "type-commission", "type-product", "type-asset", "type-balanced", "persona-pp", "persona-ff", "persona-ii", "persona-aa", "persona-none",
      "tier-1", "tier-2", "tier-3", "tier-4", "tier-5"];
    const colors = Object.fromEntries(names.map((name) => [name, color(name)]));
    colors.accent = colors["accent-fill"];
    probe.remove();
    return colors;
  }
  const series = ["accent-fill", "type-commission", "type-product", "type-asset", "persona-ii", "persona-ff"];
  const number = (value) => new Intl.NumberFormat(english() ? "en" : "zh-CN", { maximumFractionDigits: 2 }).format(value);

  function axis(t) {
    return {
      axisLine: { lineStyle: { color: t["line-strong"] } },
      axisTick: { show: false },
      axisLabel: { color: t["ink-2"], fontSize: 11, hideOverlap: true },
      splitLine: { lineStyle: { color: t.line } },
      nameTextStyle: { color: t["ink-2"], fontSize: 11, align: "left" },
    };
  }
  function base(t) {
    return {
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      animationDuration: 250,
      aria: { enabled: true, decal: { show: false } },
      grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
      legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", textStyle: { color: t["ink-2"], fontSize: 11 } },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, padding: [6, 9],
        backgroundColor: t.surface, borderColor: t["line-strong"], textStyle: { color: t.ink, fontSize: 12 },
        valueFormatter: (value) => (value == null ? "–" : number(value)),
      },
    };
  }
  function categorical(data, t, extra) {
    const across = { type: "category", data: data.categories, ...axis(t) };
    const up = { type: "value", name: data.unit || "", ...axis(t), axisLine: { show: false } };
    return {
      ...base(t),
      legend: { ...base(t).legend, show: data.series.length > 1 },
      xAxis: data.horizontal ? up : across,
      yAxis: data.horizontal ? { ...across, inverse: true } : up,
      series: data.series.map((each, index) => ({
        name: each.name, data: each.values, itemStyle: { color: t[each.color] || t[series[index % series.length]], opacity: 0.86 }, ...extra(each, index),
      })),
    };
  }
  kinds.bar = (data, t) => categorical(data, t, () => ({ type: "bar", barMaxWidth: 22 }));
  kinds.stacked = (data, t) => categorical(data, t, () => ({ type: "bar", stack: "all", barMaxWidth: 26, emphasis: { disabled: true } }));
  kinds.line = (data, t) => categorical(data, t, (each, index) => ({
    type: "line", showSymbol: data.categories.length < 3, symbolSize: 5, lineStyle: { width: 1.75 },
    areaStyle: data.area ? { opacity: 0.1, color: t[each.color] || t[series[index % series.length]] } : undefined,
  }));
  kinds.pareto = (data, t) => ({
    ...base(t),
    legend: { show: false },
    tooltip: { ...base(t).tooltip, axisPointer: { type: "line" } },
    xAxis: { type: "value", min: 0, max: 100, ...axis(t), name: data.names.x, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: t["ink-2"], fontSize: 11 } },
    yAxis: { type: "value", min: 0, max: 100, name: data.names.y, ...axis(t), axisLine: { show: false } },
    grid: { ...base(t).grid, bottom: 24 },
    series: [
      { type: "line", name: data.names.y, data: data.points, showSymbol: false, smooth: 0.1, lineStyle: { width: 2, color: t.accent }, areaStyle: { color: t.accent, opacity: 0.08 },
        markPoint: data.mark ? { symbol: "circle", symbolSize: 9, itemStyle: { color: t.accent, borderColor: t.surface, borderWidth: 2 },
          label: { position: [14, 10], color: t.ink, fontSize: 11, formatter: data.names.mark }, data: [{ coord: data.mark }] } : undefined },
      { type: "line", name: data.names.even, data: [[0, 0], [100, 100]], showSymbol: false, silent: true, lineStyle: { width: 1, type: "dashed", color: t["line-strong"] } },
    ],
  });
  kinds.scatter = (data, t) => ({
    ...base(t),
    legend: { show: false },
    tooltip: { ...base(t).tooltip, trigger: "item", formatter: (item) => `${item.value[2]}\n${number(item.value[0])} · ${number(item.value[1])}` },
    xAxis: { type: "value", scale: true, ...axis(t), name: data.names.x, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: t["ink-2"], fontSize: 11 } },
    yAxis: { type: "value", scale: true, name: data.names.y, ...axis(t) },
    grid: { ...base(t).grid, bottom: 24 },
    series: [{ type: "scatter", symbolSize: 9, data: data.points, itemStyle: { color: (item) => t[item.value[3]] || t.accent, opacity: 0.8 },
      markArea: data.band ? { silent: true, itemStyle: { color: t.accent, opacity: 0.07 }, data: [[{ yAxis: data.band[0] }, { yAxis: data.band[1] }]] } : undefined }],
  });

  function draw(element) {
    const source = document.getElementById(element.dataset.from);
    const make = kinds[element.dataset.chart];
    if (!source || !make) return;
    const chart = window.echarts.getInstanceByDom(element) || window.echarts.init(element, null, { renderer: "svg", locale: english() ? "EN" : "ZH" });
    chart.setOption(make(JSON.parse(source.textContent), theme()), true);
    // ECharts names the drawing itself; the caption of the page is better.
    element.querySelector("svg")?.setAttribute("aria-hidden", "true");
  }
  const drawAll = (root = document) => root.querySelectorAll("[data-chart]").forEach(draw);

  window.charts = { register: (name, make) => { kinds[name] = make; drawAll(); }, drawAll, number };
  new ResizeObserver(() => document.querySelectorAll("[data-chart]").forEach((element) => window.echarts.getInstanceByDom(element)?.resize())).observe(document.body);
  document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
  window.addEventListener("beforeprint", () => document.querySelectorAll("[data-chart]").forEach((element) => window.echarts.getInstanceByDom(element)?.resize()));
  new MutationObserver(() => drawAll()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  drawAll();
})();
