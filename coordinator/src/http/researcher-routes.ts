// What researchers say to the coordinator: a question, and later what became of it. Nobody sees another's.

import { err, ok, type Result } from '@cordon/shared';
import { type Context, Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { QueryRecord } from '../session.ts';
import { type AppParts, bodyOf, presentedBy, progressTickMs } from './app-parts.ts';
import { parseSubmission } from './outside-input.ts';
import { progressOf } from './progress-of.ts';
import { refuse, refuseRejection } from './refusals.ts';

export function researcherRoutes(parts: AppParts): Hono {
	const app = new Hono();
	app.post('/v1/queries', async (context) => {
		const body = await bodyOf(context);
		const submission = body.ok ? parseSubmission(body.value) : body;
		if (!submission.ok) return refuse(context, 'malformed', submission.error);
		const asked = await parts.pipeline.ask(presentedBy(context, parts.publicUrl), submission.value);
		if (!asked.ok) return refuseRejection(context, asked.error);
		return context.json({ cordon: 1, id: asked.value.id, status: 'running' }, 202);
	});
	app.get('/v1/queries/:id', async (context) => {
		const found = await ownQuery(parts, context);
		if (!found.ok) return found.error;
		const { id, answer } = found.value;
		if (answer !== null) return context.json(answer);
		return context.json({ cordon: 1, id, status: 'running', progress: await progressOf(parts, found.value) });
	});
	app.get('/v1/queries/:id/events', async (context) => {
		const found = await ownQuery(parts, context);
		if (!found.ok) return found.error;
		return streamSSE(context, (stream) => tellProgress(parts, found.value.id, stream));
	});
	return app;
}

/** A query of somebody else is answered like one that does not exist. */
async function ownQuery(parts: AppParts, context: Context): Promise<Result<QueryRecord, Response>> {
	const current = await parts.membership.current();
	if (current === null) return err(refuse(context, 'unavailable'));
	const sender = await parts.gate.authenticate(presentedBy(context, parts.publicUrl), current.manifest);
	if (!sender.ok) return err(refuseRejection(context, { code: sender.error, issues: [] }));
	const id = context.req.param('id') ?? '';
	const query = /^[0-9a-f]{32}$/.test(id) ? await parts.sessions.query(id) : null;
	return query?.person === sender.value.person ? ok(query) : err(refuse(context, 'not-found'));
}

/** Reads the state on ticks: so it survives a restart, works on any of several coordinators, and times nobody. */
async function tellProgress(parts: AppParts, id: string, stream: SSEStreamingApi): Promise<void> {
	let told = '';
	while (!stream.aborted && !stream.closed && !parts.stopping.aborted) {
		const query = await parts.sessions.query(id);
		if (query === null) return;
		const progress = JSON.stringify(await progressOf(parts, query));
		if (progress !== told) await stream.writeSSE({ event: 'progress', data: progress });
		told = progress;
		if (query.answer !== null) {
			await stream.writeSSE({ event: 'final', data: JSON.stringify(query.answer) });
			return;
		}
		await tick(parts);
	}
}

function tick({ timer, stopping }: AppParts): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const wake = (): void => resolve();
	const cancel = timer.after(progressTickMs, wake);
	stopping.addEventListener('abort', wake, { once: true });
	return promise.finally(() => {
		cancel();
		stopping.removeEventListener('abort', wake);
	});
}
