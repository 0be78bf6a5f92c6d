/** Returns the value of an environment variable. Throws if it is not set or empty. */
export const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
};
