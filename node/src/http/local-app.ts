// What hospital IT may ask of a running node, over its local socket only: nothing here is reachable from a network.

import { type InputIssue, parseStrictJson, type Result } from '@cordon/shared';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamText } from 'hono/streaming';
import type { StreamingApi } from 'hono/utils/stream';
import { z } from 'zod';

export interface LocalOperations {
	readonly status: () => Promise<unknown>;
	/** The draft that awaits the operator, with its hash; null where there is none. */
	readonly manifest: () => Promise<unknown>;
	/** False where another one was accepted before, or this is not the draft on offer. */
	readonly acceptManifest: (hash: string) => Promise<boolean>;
	readonly setPaused: (paused: boolean) => Promise<void>;
	/** What would be computed and what would leave; counts nothing, sends nothing. */
	readonly preview: (question: unknown) => Promise<Result<unknown, readonly InputIssue[]>>;
	/** Reads the sources anew; each event is one line for the caller. */
	readonly ingest: (tell: (event: unknown) => Promise<void>) => Promise<unknown>;
	readonly ledger: () => Promise<unknown>;
	/** Whether what was answered in the session is what the data gave; the numbers themselves only with `counts`. */
	readonly openInput: (
		session: string,
		asked: { readonly counts: boolean },
	) => Promise<Result<unknown, string>>;
	/** The whole log as NDJSON, with its signed checkpoint first. */
	readonly auditExport: () => AsyncIterable<string>;
}

/** Twice what a question may hold: its own limit then says what is wrong. */
const largestBody = 131_072;

export function localApp(operations: LocalOperations): Hono {
	const app = new Hono();
	app.use(
		bodyLimit({ maxSize: largestBody, onError: (context) => context.json({ error: 'too-large' }, 413) }),
	);
	app.get('/status', async (context) => context.json(await operations.status()));
	app.get('/ledger', async (context) => context.json(await operations.ledger()));
	app.post('/open-input', async (context) => {
		const asked = readOpening(await context.req.json().catch(() => null));
		if (asked === null) return context.json({ error: 'malformed' }, 400);
		const opened = await operations.openInput(asked.session, asked);
		return opened.ok ? context.json(opened.value) : context.json({ error: opened.error }, 409);
	});
	app.get('/manifest', async (context) => context.json(await operations.manifest()));
	app.post('/manifest/accept', async (context) => {
		const body: unknown = await context.req.json().catch(() => null);
		const hash = typeof body === 'object' && body !== null && 'hash' in body ? body.hash : null;
		const accepted = typeof hash === 'string' && (await operations.acceptManifest(hash));
		return context.json({ accepted }, accepted ? 200 : 409);
	});
	app.post('/pause', async (context) => {
		await operations.setPaused(true);
		return context.json({ paused: true });
	});
	app.post('/resume', async (context) => {
		await operations.setPaused(false);
		return context.json({ paused: false });
	});
	app.post('/preview', async (context) => {
		// As strictly as the question will be read when it is asked: a preview of another reading would mislead.
		const question = parseStrictJson(await context.req.text());
		const preview = question.ok ? await operations.preview(question.value) : question;
		return preview.ok ? context.json(preview.value) : context.json({ issues: preview.error }, 400);
	});
	app.post('/ingest', (context) =>
		streamText(
			context,
			async (stream) => {
				const tell = async (event: unknown): Promise<void> => {
					await stream.write(`${JSON.stringify(event)}\n`);
				};
				await tell({ event: 'done', result: await operations.ingest(tell) });
			},
			breakOff,
		),
	);
	app.get('/audit', (context) =>
		streamText(
			context,
			async (stream) => {
				for await (const line of operations.auditExport()) await stream.write(`${line}\n`);
			},
			breakOff,
		),
	);
	app.onError((_error, context) => context.json({ error: 'internal' }, 500));
	return app;
}

const opening = z.strictObject({ session: z.string().regex(/^[0-9a-f]{64}$/), counts: z.boolean() });

function readOpening(body: unknown): z.infer<typeof opening> | null {
	const parsed = opening.safeParse(body);
	return parsed.success ? parsed.data : null;
}

/** Without it the library prints the error, which may hold a patient's values, and ends the answer as if it were whole. */
async function breakOff(_error: Error, stream: StreamingApi): Promise<void> {
	await stream.write('{"error":"internal"}\n');
}
