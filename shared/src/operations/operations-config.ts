// What the configuration files of both daemons say alike about how they are run.

export interface ListenAddress {
	readonly host: string;
	readonly port: number;
}

export const logLevels = ['debug', 'info', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
