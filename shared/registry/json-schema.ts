/** JSON Schemas of the published formats, generated from the schemas that the program validates with. */
import { z } from 'zod';
import { accessSchema } from '../model/access.ts';
import { expirySchema } from '../model/expiry.ts';
import { notificationSchema } from '../model/notification.ts';
import { reportSchema } from '../model/report.ts';
import { reportLineSchema } from '../model/report-lines.ts';
import { registryDocument } from './registry-document.ts';

const FORMATS = {
  registry: registryDocument,
  report: reportSchema,
  'report-lines': reportLineSchema,
  notification: notificationSchema,
  expiry: expirySchema,
  access: accessSchema,
} as const;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Returns the JSON Schema (2020-12) of a format's input: a field with a default is optional. */
export const jsonSchema = (format: Format): JsonSchema => z.toJSONSchema(FORMATS[format], { io: 'input' });
