import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { h } from 'vue';
import { Playground } from '../../playground/playground.ts';
import HomeCode from './home-code.md';
import './style.css';
import './playground.css';

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      'home-hero-image': () => h('div', { class: 'vp-doc home-code' }, h(HomeCode)),
    }),
  enhanceApp({ app }) {
    app.component('PolicyPlayground', Playground);
  },
} satisfies Theme;
