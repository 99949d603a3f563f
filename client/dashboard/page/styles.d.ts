/** Style sheets, which esbuild bundles beside the script. */
declare module '*.css';
