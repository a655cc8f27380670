import { type RetryOptions, retry } from '@stamina/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BrowserPage, hasBrowser, IN_A_BROWSER, openPage } from '../../../scripts/vitest/browser.ts';
import { pages, served } from './built-site.ts';

const BUSY = 30_000;
const CUT_CODE = `Array.from(document.querySelectorAll('pre'))
  .filter((pre) => pre.scrollWidth > pre.clientWidth).map((pre) => pre.textContent)`;
const CUT_TABLES = `Array.from(document.querySelectorAll('.vp-doc table'))
  .filter((table) => table.scrollWidth > table.clientWidth && getComputedStyle(table.rows[0].cells[0]).position !== 'sticky')
  .map((table) => table.textContent)`;
const THIN_CELLS = `Array.from(document.querySelectorAll('.vp-doc td'))
  .filter((cell) => cell.clientWidth > 0 && cell.clientWidth < 100 && cell.textContent.length > 40)
  .map((cell) => cell.textContent)`;
const TOO_WIDE = 'document.documentElement.scrollWidth - innerWidth';

describe.skipIf(!hasBrowser)(`the site, ${IN_A_BROWSER}`, () => {
  let opened: BrowserPage;
  let origin: string;
  /** The errors that the browser logged, and its requests to other hosts. */
  const complaints: string[] = [];

  beforeAll(async () => {
    opened = await openPage(served);
    const { page } = opened;
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (origin && !/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) {
        complaints.push(`asked for ${request.url()}`);
      }
    });
    await opened.load();
    origin = new URL(page.url()).origin;
  });
  afterAll(() => opened?.close());
  beforeEach(() => {
    complaints.length = 0;
  });

  async function look({ width = 1_300, dark = false }): Promise<void> {
    await opened.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await opened.page.setViewportSize({ width, height: 900 });
  }

  /** Goes to a page, and waits until it lives. */
  async function visit(path: string, how: Parameters<typeof look>[0] = {}): Promise<void> {
    const { page } = opened;
    await look(how);
    await page.goto(origin + path);
    await live();
  }

  /** Waits until the page is more than its HTML. */
  async function live(): Promise<void> {
    await opened.page.waitForFunction('"__vue_app__" in document.querySelector("#app")');
  }

  test.each(Object.keys(pages))('shows %s without a complaint, in light, dark, and narrow', async (path) => {
    const { page } = opened;
    await visit(path);
    expect(await page.locator('h1').first().isVisible()).toBe(true);
    expect(await page.evaluate(TOO_WIDE)).toBeLessThanOrEqual(0);
    await look({ width: 375, dark: true });
    await page.locator('html.dark').waitFor();
    expect(await page.locator('h1').first().isVisible()).toBe(true);
    expect(await page.evaluate(TOO_WIDE)).toBeLessThanOrEqual(0);
    expect(await page.evaluate(CUT_CODE)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('has tables on a phone that are neither cut nor too thin to read', async () => {
    const { page } = opened;
    for (const path of Object.keys(pages)) {
      await visit(path, { width: 390 });
      expect(await page.evaluate(CUT_TABLES), path).toEqual([]);
      expect(await page.evaluate(THIN_CELLS), path).toEqual([]);
    }
  });

  test('begins the reference with the functions, and `retry` first', async () => {
    await visit('/reference/@stamina/core');
    const headings = (await opened.page.locator('.vp-doc :is(h2, h3)').allTextContents()).map(
      (heading) => /^[\w ()]*\w[()]*/.exec(heading)?.[0],
    );
    expect(headings.slice(0, 2)).toEqual(['Functions', 'retry()']);
    const others = headings.slice(headings.indexOf('Interfaces'));
    expect(others.filter((heading) => /^[a-z].*\(\)$/.test(heading ?? ''))).toEqual([]);
  });

  test.each([
    ['timeout', '/guide/limits'],
    ['deadline', '/guide/limits'],
    ['abort', '/guide/limits'],
    ['budget', '/guide/budgets'],
    ['429', '/guide/llm'],
    ['decorator', '/guide/forms#decorate-a-method'],
    ['jest', '/guide/testing'],
    ['pg', '/guide/databases'],
    ['AI SDK', '/guide/llm'],
    ['prometheus', '/guide/observing#metrics-with-prometheus'],
    ['idempotency-key', '/guide/fetch'],
    ['axios', '/migrating/axios-retry'],
    ['p-retry', '/migrating/p-retry'],
    ['onRetry', '/reference/@stamina/core#onretry'],
    ['retry', '/reference/@stamina/core#retry'],
  ])('finds %s first on the page about it', async (words, found) => {
    const { page } = opened;
    await visit('/');
    await page.locator('#local-search button').first().click();
    await page.locator('.VPLocalSearchBox input').fill(words);
    const first = page.locator('.VPLocalSearchBox .result').first();
    await first.waitFor({ timeout: BUSY });
    // At first, the box has the results of the search before.
    await expect.poll(async () => (await first.getAttribute('href'))?.slice(0, found.length)).toBe(found);
  });

  describe('the playground', () => {
    /** Opens it, and waits for what these settings bring. */
    async function play(query = '', look: Parameters<typeof visit>[1] = {}): Promise<void> {
      await visit(`/playground${query}`, look);
      await settled();
    }

    const settled = () => opened.page.locator('.pg[data-busy="false"]').waitFor({ timeout: BUSY });
    const figure = (name: string) => opened.page.locator(`[data-figure="${name}"]`).textContent();

    /** The table of numbers: retry, least and longest wait. */
    async function shownBands(): Promise<number[][]> {
      const rows = await opened.page.locator('.pg-table tbody tr').all();
      return await Promise.all(
        rows.map(async (row) => (await row.locator('td').allTextContents()).slice(0, 3).map(Number)),
      );
    }

    /** The same of core itself, here, with fake timers, and chance drawing the least and the most. */
    async function bandsOfCore(options: Omit<RetryOptions, 'on'>): Promise<number[][]> {
      const draw = async (drawn: number): Promise<number[]> => {
        const random = vi.spyOn(Math, 'random').mockReturnValue(drawn);
        vi.useFakeTimers();
        const waits: number[] = [];
        const policy = retry({
          on: Error,
          ...options,
          timeout: Infinity,
          onRetry: ({ waitFor }) => waits.push(waitFor),
        });
        const call = policy.run(() => Promise.reject(new Error('down'))).catch(() => {});
        await vi.runAllTimersAsync();
        await call;
        vi.useRealTimers();
        random.mockRestore();
        return waits;
      };
      const [lows, highs] = [await draw(0), await draw(1 - 2 ** -32)];
      return lows.map((low, index) => [index + 1, Math.round(low), Math.round(highs[index] as number)]);
    }

    test.each([
      ['', {}],
      [
        '?attempts=5&waitInitial=50&waitMax=800&waitJitter=100',
        { attempts: 5, waitInitial: 50, waitMax: 800, waitJitter: 100 },
      ],
      ['?attempts=30&waitExpBase=1.5&waitMax=60000', { attempts: 30, waitExpBase: 1.5, waitMax: 60_000 }],
      ['?waitMax=0&attempts=4', { waitMax: 0, attempts: 4 }],
    ])('shows the waits that core has, with %s', async (query, options) => {
      await play(query);
      expect(await shownBands()).toEqual(await bandsOfCore(options));
    });

    test('follows its controls, keeps them in the address, and goes back to what it had', async () => {
      const { page } = opened;
      await play();
      await page.locator('#pg-attempts').fill('3');
      await page.keyboard.press('Enter');
      await page.locator('#pg-waitJitter').fill('0');
      await page.keyboard.press('Enter');
      await settled();
      expect(new URL(page.url()).search).toBe('?attempts=3&waitJitter=0');
      expect(await shownBands()).toEqual(await bandsOfCore({ attempts: 3, waitJitter: 0 }));
      expect(await page.locator('.pg-code code').textContent()).toContain('attempts: 3,\n  waitJitter: 0,');

      await page.reload();
      await live();
      await settled();
      expect(await page.locator('#pg-attempts').inputValue()).toBe('3');
      expect((await shownBands()).length).toBe(2);
    });

    test('follows typing, and copies what it shows at the first click', async () => {
      const { page } = opened;
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await play();
      await page.locator('#pg-attempts').fill('3');
      await settled();
      expect((await shownBands()).length).toBe(2);
      // While the field has the focus, and without waiting, as a user clicks.
      await page.locator('#pg-waitMax').pressSequentially('0');
      const button = await page.locator('.pg-buttons button').first().boundingBox();
      if (!button) throw new Error('there is no button');
      await page.mouse.click(button.x + button.width / 2, button.y + button.height / 2);
      await page.getByRole('status').filter({ hasText: 'Code copied' }).waitFor();
      const copied = await page.evaluate('navigator.clipboard.readText()');
      expect(copied).toMatch(/^import { retry } from '@stamina\/core';\n/);
      expect(copied).toContain('attempts: 3,');
      expect(copied).toBe(await page.locator('.pg-code code').textContent());
    });

    test('has its results above the controls on a phone', async () => {
      const { page } = opened;
      await play('', { width: 390 });
      const [summary, controls] = await Promise.all(
        ['.pg-summary', '.pg-controls'].map((part) => page.locator(part).boundingBox()),
      );
      expect((summary?.y ?? 0) + (summary?.height ?? 0)).toBeLessThanOrEqual(controls?.y ?? 0);
    });

    test('is used by the keyboard alone', async () => {
      const { page } = opened;
      await play();
      await page.locator('#pg-waitInitial').focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('waitInitial, slider');
      await page.keyboard.press('ArrowRight');
      await settled();
      expect(new URL(page.url()).search).toBe('?waitInitial=200');
      expect((await shownBands())[0]).toEqual([1, 200, 1_200]);
    });

    test('has a control for each option that changes when something happens', async () => {
      await play();
      const labels = await opened.page.locator('.pg-controls label code').allTextContents();
      expect(labels).toEqual([
        ...['on', 'waitInitial', 'waitMax', 'waitJitter', 'waitExpBase'],
        ...['attempts', 'timeout', 'deadline', 'attemptTimeout', 'signal'],
        ...['budget', 'ratio', 'reserve', 'minPerSecond', 'window'],
      ]);
    });

    test('says what core says of a mistake, and marks where it is', async () => {
      const { page } = opened;
      await play('?timeout=0');
      const alert = await page.locator('[role="alert"]').textContent();
      expect(alert).toMatch(/^timeout must be .* greater than 0/);
      // The page shows names as code, without the backticks around them.
      expect(() => retry({ on: Error, timeout: 0 })).toThrow(`\`timeout\`${alert?.slice('timeout'.length)}`);
      expect(await page.locator('#pg-timeout').getAttribute('aria-invalid')).toBe('true');
      await page.locator('#pg-timeout').fill('20000');
      await page.keyboard.press('Enter');
      await settled();
      expect(await page.locator('[role="alert"]').count()).toBe(0);
    });

    test('shows where the timeout bites', async () => {
      const { page } = opened;
      await play('?timeout=15000&failing=100');
      expect(await page.locator('[data-outcome="timeout"]').getAttribute('data-count')).toBe('300');
      expect(await page.locator('line.pg-limit').count()).toBe(2);
      await play();
      expect(await page.locator('line.pg-limit').count()).toBe(0);
    });

    test('shows what a budget saves', async () => {
      await play('?failing=100&rate=100');
      expect(await figure('attempts')).toBe('10');
      await play('?failing=100&rate=100&budget=true&reserve=10');
      expect(Number(await figure('attempts'))).toBeLessThan(1.3);
    });

    test('draws for the width that it has', async () => {
      const { page } = opened;
      for (const width of [360, 800, 1_600]) {
        await play('', { width, dark: true });
        const widths = await page.locator('.pg-frame svg').evaluateAll((svgs) => svgs.map((svg) => svg.clientWidth));
        expect(widths).toHaveLength(3);
        for (const drawn of widths) expect(drawn).toBeGreaterThan(Math.min(width - 120, 280));
        expect(await page.evaluate(TOO_WIDE)).toBeLessThanOrEqual(0);
      }
    });
  });
});
