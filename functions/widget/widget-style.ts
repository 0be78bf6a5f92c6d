/** The widget's own style, in the console's two themes. The background and the text are the console's. */
import { type Html, html } from '../cli/render/markup.ts';
import type { WidgetView } from './widget-view.ts';

type Colours = Readonly<Record<'fail' | 'inconclusive' | 'waived' | 'pass' | 'soft' | 'line' | 'text', string>>;

/** Each has a contrast of 4.5 to the console's background, light and dark (WCAG 2.2, 1.4.3). */
const THEMES: Readonly<Record<WidgetView['widgetContext']['theme'], Colours>> = {
  light: {
    ...{ fail: '#b3201c', inconclusive: '#805400', waived: '#0b5f86', pass: '#1a6f34' },
    ...{ soft: '#59636e', line: '#d5dbdb', text: '#16191f' },
  },
  dark: {
    ...{ fail: '#ff8f87', inconclusive: '#f0bd55', waived: '#79c7ee', pass: '#6fd08a' },
    ...{ soft: '#a9b4bf', line: '#414d5c', text: '#e9ebed' },
  },
};

export const styleOf = ({ widgetContext: { theme } }: WidgetView): Html => {
  const { fail, inconclusive, waived, pass, soft, line, text } = THEMES[theme];
  return html`<style>
.mm { font-size: 14px; line-height: 1.4; color: ${text}; overflow-wrap: anywhere; }
.mm table { overflow-wrap: normal; }
.mm h3 { font-size: 16px; margin: 18px 0 4px; color: ${text}; }
.mm p { margin: 4px 0; color: ${text}; }
.mm .mm-head { font-size: 16px; font-weight: 700; }
.mm .mm-soft, .mm .mm-foot, .mm small { color: ${soft}; }
.mm .mm-wide { overflow-x: auto; }
.mm table { width: 100%; border-collapse: collapse; border: 0; margin: 0; background: transparent; }
.mm th, .mm td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border: 0; color: ${text}; background: transparent; }
.mm tbody th { font-weight: 400; min-width: 150px; overflow-wrap: anywhere; }
.mm .btn, .mm td small { white-space: nowrap; }
.mm thead th { color: ${soft}; font-weight: 400; font-size: 12px; }
.mm tbody tr { border-top: 1px solid ${line}; }
.mm .mm-cell { text-align: center; padding: 5px 4px; min-width: 32px; white-space: nowrap; }
.mm .mm-up { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 150px; display: inline-block; text-align: left; }
.mm .mm-end { vertical-align: bottom; }
.mm small { display: block; font-size: 12px; }
.mm .mm-fail { color: ${fail}; font-weight: 700; }
.mm .mm-inconclusive { color: ${inconclusive}; font-weight: 700; }
.mm .mm-waived { color: ${waived}; }
.mm .mm-pass { color: ${pass}; }
.mm .mm-none { color: ${soft}; }
.mm code { display: block; white-space: pre-wrap; font-size: 12px; color: ${text}; background: transparent; border: 1px solid ${line}; padding: 4px 8px; margin: 2px 0; }
</style>`;
};
