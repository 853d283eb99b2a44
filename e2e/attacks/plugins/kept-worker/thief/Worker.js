// Runs beside every page, and is started anew by the browser, whether the plugin is trusted or not.
addEventListener('message', ({ source }) => source.postMessage('still here'));
