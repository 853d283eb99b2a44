// The first script of every page, so that all contenders are measured in the same way.
performance.setResourceTimingBufferSize(10_000);
window.bench = {
  panels: Number(document.documentElement.dataset.panels),
  renders: 0,
  rendered() {
    window.bench.renders += 1;
  },
  marks: {},
  longTasks: [],
  shown(dashboard) {
    const texts = document.getElementsByClassName(`shown-${dashboard}`);
    const due = window.bench.renders + window.bench.panels;
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        // The cheap check comes first, since the page changes often.
        if (window.bench.renders < due || texts.length < window.bench.panels) return;
        window.bench.marks[dashboard] = performance.now();
        observer.disconnect();
        resolve();
      });
      // A widget on both dashboards only changes its class.
      observer.observe(document, { childList: true, subtree: true, attributeFilter: ['class'] });
    });
  },
  ready: Promise.resolve(),
  open() {},
};
window.bench.ready = window.bench.shown('first');
new PerformanceObserver((list) => {
  for (const { startTime: start, duration } of list.getEntries())
    window.bench.longTasks.push({ start, duration });
}).observe({ type: 'longtask', buffered: true });
