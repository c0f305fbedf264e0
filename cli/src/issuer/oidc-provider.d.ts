// The part of oidc-provider that start-issuer.ts uses; the package brings no types of its own.

declare module 'oidc-provider' {
	import type { IncomingMessage, ServerResponse } from 'node:http';

	export class Provider {
		constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
		callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
	}

	export const errors: {
		readonly InvalidTarget: new () => Error;
	};
}
