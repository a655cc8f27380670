import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { packages } from '../../scripts/packages.ts';
import { search } from './search.ts';
import { markTables } from './tables.ts';

const REPOSITORY = 'https://github.com/stamina-ts/stamina';

/** The pages of the reference, in the order of the packages' entries. */
const reference = packages
  .flatMap(({ entries }) => entries)
  .filter(({ specifier }) => existsSync(join(import.meta.dirname, '../reference', `${specifier}.md`)))
  .map(({ specifier }) => ({ text: specifier, link: `/reference/${specifier}` }));

export default defineConfig({
  title: 'stamina',
  description: 'Production-grade retries for TypeScript and JavaScript, safe by default.',
  // GitHub Pages serves the site below a path, `/stamina/`.
  base: (process.env.DOCS_BASE ?? '/') as '/',
  cleanUrls: true,
  srcExclude: ['examples/**', 'test/**'],
  head: [
    ['link', { rel: 'icon', href: `${process.env.DOCS_BASE ?? '/'}icon.svg`, type: 'image/svg+xml' }],
    ['meta', { name: 'theme-color', content: '#0f766e' }],
  ],
  markdown: { config: markTables },
  themeConfig: {
    logo: '/icon.svg',
    search,
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/guide/tutorial', activeMatch: '^/guide/' },
      { text: 'Playground', link: '/playground' },
      { text: 'Migrating', link: '/migrating/', activeMatch: '^/migrating/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'GitHub', link: REPOSITORY },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          { text: 'Motivation', link: '/guide/motivation' },
          { text: 'Tutorial', link: '/guide/tutorial' },
          { text: 'Playground', link: '/playground' },
        ],
      },
      {
        text: 'Guide',
        items: [
          { text: 'Ways to write it', link: '/guide/forms' },
          { text: 'What to name in on', link: '/guide/choosing-errors' },
          { text: 'Transient errors', link: '/guide/transient' },
          { text: 'Options and backoff', link: '/guide/options' },
          { text: 'Limits', link: '/guide/limits' },
          { text: 'Retry budgets', link: '/guide/budgets' },
          { text: 'HTTP with fetch', link: '/guide/fetch' },
          { text: 'Observing', link: '/guide/observing' },
          { text: 'Testing', link: '/guide/testing' },
        ],
      },
      {
        text: 'Recipes',
        items: [
          { text: 'LLM calls', link: '/guide/llm' },
          { text: 'Databases and transactions', link: '/guide/databases' },
          { text: 'Long-lived connections', link: '/guide/long-lived-connections' },
          { text: 'Queues and jobs', link: '/guide/queues' },
          { text: 'Shutting down', link: '/guide/shutting-down' },
          { text: 'Nested retries', link: '/guide/nested-retries' },
          { text: 'With a circuit breaker', link: '/guide/circuit-breakers' },
        ],
      },
      {
        text: 'Look up',
        items: [
          { text: 'Anti-patterns', link: '/guide/anti-patterns' },
          { text: 'Troubleshooting', link: '/guide/troubleshooting' },
          { text: 'What it costs', link: '/guide/costs' },
          { text: 'Where it runs', link: '/guide/runtimes' },
          { text: 'The retry storm', link: '/guide/storm' },
          { text: 'For authors of libraries', link: '/guide/library' },
        ],
      },
      {
        text: 'Migrating',
        items: [
          { text: 'Before you migrate', link: '/migrating/' },
          { text: 'Compared with others', link: '/migrating/compared' },
          { text: 'From p-retry', link: '/migrating/p-retry' },
          { text: 'From async-retry', link: '/migrating/async-retry' },
          { text: 'From cockatiel', link: '/migrating/cockatiel' },
          { text: 'From ky', link: '/migrating/ky' },
          { text: 'From axios-retry', link: '/migrating/axios-retry' },
          { text: "From Python's stamina", link: '/migrating/python-stamina' },
          { text: 'From tenacity', link: '/migrating/tenacity' },
        ],
      },
      { text: 'Reference', link: '/reference/', items: reference },
    ],
    footer: { message: 'MIT licence. The model is stamina for Python, by Hynek Schlawack.' },
  },
  vite: {
    build: { chunkSizeWarningLimit: 900 },
  },
});
