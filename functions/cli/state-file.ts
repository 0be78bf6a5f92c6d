export const advanceStateFile = async (..._: unknown[]): Promise<never[]> => [];
