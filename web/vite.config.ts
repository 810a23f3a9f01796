import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressedAssets } from './build/compressed-assets.ts'

/** Two pages: `visit.html` is light, for everybody in a visit; `staff.html` is the console. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressedAssets()],
  // The client's encryption workers are modules.
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The oldest that have everything a visit needs (the client's missingCapabilities looks for the same).
    target: ['chrome119', 'edge119', 'firefox121', 'safari17.4'],
    // The content security policy allows neither inline scripts nor data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { visit: 'visit.html', staff: 'staff.html' },
    },
  },
})
