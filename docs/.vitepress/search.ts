import type { DefaultTheme } from 'vitepress';

/**
 * Ranks what the search finds. Guides come before pages about other libraries, and these before the reference, unless somebody
 * typed a name of the API. Titles of pages count for all their sections.
 */
export const search: NonNullable<DefaultTheme.Config['search']> = {
  provider: 'local',
  options: {
    miniSearch: {
      // VitePress sends the text of these functions to the browser, so they use nothing from outside.
      searchOptions: {
        boost: { title: 4, text: 2, titles: 2 },
        // In a short word, another letter makes another word: bun, run.
        fuzzy: (term) => (term.length > 4 ? 0.2 : false),
        boostDocument(id, term, stored) {
          const title = String(stored?.title).toLowerCase();
          const isName = title === term || title.startsWith(`${term}()`);
          if (id.includes('/reference/@stamina/core#') && isName) return 2;
          if (id.includes('/reference/')) return 0.25;
          if (id.includes('/migrating/')) return 0.8;
          if (/\/(storm|anti-patterns|troubleshooting|transient)\b/.test(id)) return 0.6;
          const isTop = (stored?.titles as readonly string[] | undefined)?.length === 0;
          return isTop ? 1.5 : 1;
        },
      },
    },
  },
};
