// The coordinator's one configuration file, read once: closed, frozen, and nothing security-relevant implied.

import { dirname, resolve } from 'node:path';
import {
	err,
	type InputIssue,
	isLoopbackHost,
	isPlainHttpOffLoopback,
	isPublicKeyText,
	type ListenAddress,
	type LogLevel,
	logLevels,
	ok,
	type PostgresLimits,
	type Result,
	Sensitive,
} from '@cordon/shared';
import { parse } from 'yaml';
import { z } from 'zod';
import { issuesOf } from './input-issues.ts';

export interface CoordinatorConfig {
	/** Folder of keys and the embedded store; mode 0700. */
	readonly stateFolder: string;
	readonly listen: { readonly host: string; readonly port: number };
	/** null: plain HTTP, which only loopback may. */
	readonly tls: { readonly certificateFile: string; readonly keyFile: Sensitive<string> } | null;
	/** As hospitals and researchers reach it; null on loopback: the address listened on. */
	readonly publicUrl: string | null;
	readonly database:
		| { readonly kind: 'pglite' }
		| ({ readonly kind: 'postgres'; readonly urlFile: Sensitive<string> } & PostgresLimits);
	/** X25519 public key, base64url, to which the bodies of audit entries are sealed. */
	readonly complianceKey: string;
	/** Where health and metrics are served, apart from the public interface; null: nowhere. */
	readonly monitoring: ListenAddress | null;
	readonly log: LogLevel;
	/** Sessions of secure aggregation kept ready, a project and mechanism; 0: none. */
	readonly preparedSessions: number;
}

const path = z.string().min(1);

const configShape = z.strictObject({
	cordon: z.literal(1),
	state: path,
	listen: z.strictObject({
		host: z.string().min(1),
		port: z.int().min(0).max(65_535),
		tls: z.strictObject({ certificateFile: path, keyFile: path }).optional(),
	}),
	publicUrl: z
		.url()
		.refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is refused off loopback: use https')
		.optional(),
	database: z.discriminatedUnion('kind', [
		z.strictObject({ kind: z.literal('pglite') }),
		z.strictObject({
			kind: z.literal('postgres'),
			urlFile: path,
			maxConnections: z.int().min(1).max(100).default(10),
			statementTimeoutMs: z.int().min(100).max(3_600_000).default(30_000),
		}),
	]),
	complianceKey: z
		.string()
		.refine(
			isPublicKeyText,
			'expected an X25519 public key: `cordon audit keygen FILE` makes a pair and prints it',
		),
	monitoring: z
		.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.int().min(1).max(65_535) })
		.optional(),
	log: z.enum(logLevels).default('info'),
	preparedSessions: z.int().min(0).max(16).default(2),
});

/**
 * `file` is where `text` was read; relative paths in it are relative to that file's folder.
 * Errors  one issue a mistake, with its path; an unknown key, a missing setting and plain HTTP off loopback are some.
 */
export function parseCoordinatorConfig(
	text: string,
	file: string,
): Result<CoordinatorConfig, readonly InputIssue[]> {
	let raw: unknown;
	try {
		raw = parse(text, { uniqueKeys: true });
	} catch {
		return err([issue('', 'the file is not YAML')]);
	}
	const shaped = configShape.safeParse(raw);
	if (!shaped.success) return err(issuesOf(shaped.error));
	const { listen, publicUrl } = shaped.data;
	if (!isLoopbackHost(listen.host)) {
		if (listen.tls === undefined)
			return err([issue('/listen/tls', 'plain HTTP is refused off loopback: give tls')]);
		if (publicUrl === undefined)
			return err([issue('/publicUrl', 'required off loopback: proofs of possession name it')]);
	}
	return ok(freeze(shaped.data, dirname(resolve(file))));
}

function freeze(shaped: z.infer<typeof configShape>, base: string): CoordinatorConfig {
	const { listen, database, state, publicUrl, complianceKey, monitoring, log, preparedSessions } = shaped;
	const secret = (name: string) => new Sensitive(resolve(base, name));
	const { host, port, tls } = listen;
	return Object.freeze({
		stateFolder: resolve(base, state),
		listen: Object.freeze({ host, port }),
		tls:
			tls === undefined
				? null
				: Object.freeze({
						certificateFile: resolve(base, tls.certificateFile),
						keyFile: secret(tls.keyFile),
					}),
		publicUrl: publicUrl ?? null,
		database: Object.freeze(
			database.kind === 'pglite' ? database : { ...database, urlFile: secret(database.urlFile) },
		),
		complianceKey,
		monitoring: monitoring ?? null,
		log,
		preparedSessions,
	});
}

function issue(at: string, message: string): InputIssue {
	return { path: at, message, nearest: [] };
}
