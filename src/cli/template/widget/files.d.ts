// The types of imported files that the build puts into the bundle.
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
// Behind the modules, since the first pattern that fits counts.
declare module '*.css' {}
declare module '*.png';
declare module '*.jpg';
declare module '*.jpeg';
declare module '*.gif';
declare module '*.webp';
declare module '*.avif';
declare module '*.svg';
declare module '*.ico';
declare module '*.woff';
declare module '*.woff2';
declare module '*.ttf';
declare module '*.otf';
declare module '*.eot';
declare module '*.mp3';
declare module '*.wav';
declare module '*.ogg';
declare module '*.mp4';
declare module '*.webm';
// Other files, by the query of their import.
declare module '*?raw' {
  const text: string;
  export default text;
}
declare module '*?url' {
  const url: string;
  export default url;
}
declare module '*?inline' {
  const text: string;
  export default text;
}
declare module '*?init' {
  const init: (imports?: WebAssembly.Imports) => Promise<WebAssembly.Instance>;
  export default init;
}
declare module '*?worker' {
  const Work: new (options?: { name?: string }) => Worker;
  export default Work;
}
declare module '*?sharedworker' {
  const Work: new (options?: { name?: string }) => SharedWorker;
  export default Work;
}
declare module '*&url' {
  const url: string;
  export default url;
}
