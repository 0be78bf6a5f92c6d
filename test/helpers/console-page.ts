/** A page as the CloudWatch console makes it of a widget's answer: its colours, its buttons, and what a click does is not shown. */
const BACKGROUND = { light: '#ffffff', dark: '#161d26' } as const;
const TEXT = { light: '#16191f', dark: '#e9ebed' } as const;
const LINK = { light: '#0972d3', dark: '#539fe5' } as const;

export const consolePage = (widget: string, theme: 'light' | 'dark'): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Widget</title><meta name="viewport" content="width=device-width"><style>
body { margin: 0; padding: 16px; font-family: Helvetica, Arial, sans-serif; font-size: 14px; background: ${BACKGROUND[theme]}; color: ${TEXT[theme]}; }
a { color: ${LINK[theme]}; }
.btn { display: inline-block; border: 1px solid ${LINK[theme]}; border-radius: 2px; padding: 2px 10px; cursor: pointer; }
cwdb-action { display: none; }
</style></head><body><main><h1 style="font-size: 16px">mtls-monitor</h1><h2 style="font-size: 14px">What is open</h2>${widget}</main></body></html>`;
