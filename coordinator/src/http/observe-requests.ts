// Gives each request an id that its answer and its log lines carry, and counts it by route and status.

import { type Random, toHex } from '@cordon/shared';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Log } from '../ports.ts';

export interface ObservedParts {
	readonly log: Log;
	readonly random: Random;
	readonly counted?: (method: string, route: string, status: number) => void;
}

/** Shown in logs, so nothing that could be read as something else there. */
const requestId = /^[A-Za-z0-9_-]{8,64}$/;

export function observeRequests({ log, random, counted }: ObservedParts): MiddlewareHandler {
	return async (context, next) => {
		const given = context.req.header('x-request-id') ?? '';
		const id = requestId.test(given) ? given : toHex(random.bytes(16));
		const within = log.within ?? ((_ids, work) => work());
		await within({ requestId: id }, next);
		context.header('x-request-id', id);
		const { method } = context.req;
		const route = routePath(context, -1);
		counted?.(method, route, context.res.status);
		log.debug?.('request-answered', { requestId: id, method, route, status: context.res.status });
	};
}
