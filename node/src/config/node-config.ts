// A node's one configuration file, read once: closed, with its paths resolved, and nothing security-relevant implied.

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
	type OwnCaps,
	ok,
	type PostgresLimits,
	type PublicKeyText,
	type Result,
} from '@cordon/shared';
import { z } from 'zod';
import { parseSources } from '../ingest/source-config.ts';
import type { SourceConfig } from '../ingest/source-reader.ts';
import { explainShape, idMessage } from './explain-shape.ts';
import { readYaml } from './read-yaml.ts';

export interface AcceptedTerms {
	readonly aggregation: 'secure' | 'plain';
	readonly publicData: boolean;
	/** The most the network's policy may let be spent on this hospital's patients; millionths of epsilon. */
	readonly epsilonPerEpochMicros: number;
	readonly epsilonForLifeMicros: number;
}

export interface NodeConfig {
	readonly hospital: string;
	readonly name: string;
	/** Folder of keys, the embedded store and the local socket; mode 0700. */
	readonly stateFolder: string;
	readonly database:
		| { readonly kind: 'pglite' }
		| ({ readonly kind: 'postgres'; readonly urlFile: string } & PostgresLimits);
	readonly coordinator: {
		readonly url: string;
		readonly identityKey: PublicKeyText;
		readonly logKey: PublicKeyText;
	};
	/** This hospital's own k; a node never starts with one under the network's. */
	readonly k: number;
	readonly policyEngine:
		| { readonly kind: 'in-process' }
		| {
				readonly kind: 'openfga';
				readonly apiUrl: string;
				/** Holds the server's pre-shared key; null only on loopback. */
				readonly tokenFile: string | null;
				/** Null: what `cordon node authz sync` wrote to the state folder; without either the node does not start. */
				readonly store: { readonly storeId: string; readonly modelId: string } | null;
		  };
	/** Where health and metrics are served; null: nowhere. Loopback, or the hospital's own network. */
	readonly monitoring: ListenAddress | null;
	readonly log: LogLevel;
	/** What this hospital lets a manifest say: it signs none that asks for more. */
	readonly accepts: AcceptedTerms;
	/** What this hospital lowers of the network's budget; null leaves it. */
	readonly budget: OwnCaps;
	/** Who is staff, who may ask what: the hospital's own word, never the coordinator's. */
	readonly authorizationFile: string;
	readonly dictionaryFile: string | null;
	readonly mappingFile: string | null;
	/** Patients of this hospital by identifier, where a file holds those of several. */
	readonly patientsMatching: string | null;
	readonly withdrawalsFile: string | null;
	/** Paths in it are relative to `baseFolder`. */
	readonly sources: readonly SourceConfig[];
	readonly baseFolder: string;
	/** X25519 public key, base64url, to which the bodies of audit entries are sealed. */
	readonly complianceKey: string;
}

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes in base64url');
/** Read as ingest will: a pattern that is none would stop it halfway. */
const pattern = z
	.string()
	.min(1)
	.refine(isPattern, 'is not a regular expression (JavaScript, with the flag u)');
/** As OpenFGA names stores and models. */
const ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'expected a ULID');
const secureUrl = z
	.url()
	.refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is refused off loopback: use https');

const ownCap = z.number().positive().max(100_000).optional();

const configSchema = z.strictObject({
	cordon: z.literal(1),
	hospital: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, idMessage),
	name: z.string().min(1).max(200),
	state: z.string().min(1),
	database: z.discriminatedUnion('kind', [
		z.strictObject({ kind: z.literal('pglite') }),
		z.strictObject({
			kind: z.literal('postgres'),
			urlFile: z.string().min(1),
			maxConnections: z.int().min(1).max(100).default(8),
			statementTimeoutMs: z.int().min(100).max(3_600_000).default(60_000),
		}),
	]),
	coordinator: z.strictObject({ url: secureUrl, identityKey: key, logKey: key }),
	k: z.int().positive(),
	policyEngine: z.discriminatedUnion('kind', [
		z.strictObject({ kind: z.literal('in-process') }),
		z
			.strictObject({
				kind: z.literal('openfga'),
				apiUrl: secureUrl,
				tokenFile: z.string().min(1).optional(),
				storeId: ulid.optional(),
				modelId: ulid.optional(),
			})
			.refine(
				({ apiUrl, tokenFile }) => tokenFile !== undefined || isLoopbackHost(new URL(apiUrl).hostname),
				{ path: ['tokenFile'], message: 'required off loopback: without it anybody could grant anything' },
			)
			.refine(({ storeId, modelId }) => (storeId === undefined) === (modelId === undefined), {
				path: ['modelId'],
				message: 'give storeId and modelId, or neither: `cordon node authz sync` then finds them',
			}),
	]),
	accepts: z.strictObject({
		aggregation: z.enum(['secure', 'plain']),
		publicData: z.boolean(),
		epsilonPerEpoch: z.number().positive().max(1000),
		epsilonForLife: z.number().positive().max(100_000),
	}),
	budget: z
		.strictObject({
			epsilonPerEpoch: ownCap,
			epsilonForLife: ownCap,
			epsilonPerProject: ownCap,
			epsilonPerResearcher: ownCap,
		})
		.optional(),
	authorization: z.string().min(1),
	dictionary: z.string().min(1).optional(),
	mapping: z.string().min(1).optional(),
	patients: z.strictObject({ matching: pattern }).optional(),
	withdrawals: z.string().min(1).optional(),
	sources: z.array(z.unknown()).min(1),
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
});

/**
 * `file` is where `text` was read; relative paths in it are relative to that file's folder.
 * Errors  one issue a mistake, with its path in the file.
 */
export function parseNodeConfig(text: string, file: string): Result<NodeConfig, readonly InputIssue[]> {
	const raw = readYaml(text);
	if (!raw.ok) return raw;
	const parsed = configSchema.safeParse(raw.value);
	if (!parsed.success) {
		const shape = z.toJSONSchema(configSchema, { io: 'input' });
		return err(explainShape(parsed.error, raw.value, shape));
	}
	const sources = parseSources(parsed.data.sources);
	if (!sources.ok) return err(sources.error.map((issue) => ({ ...issue, path: `/sources${issue.path}` })));
	return ok(resolvePaths(parsed.data, sources.value, dirname(resolve(file))));
}

function resolvePaths(
	data: z.infer<typeof configSchema>,
	sources: readonly SourceConfig[],
	folder: string,
): NodeConfig {
	const at = (path: string): string => resolve(folder, path);
	const optional = (path: string | undefined): string | null => (path === undefined ? null : at(path));
	return Object.freeze({
		hospital: data.hospital,
		name: data.name,
		stateFolder: at(data.state),
		database:
			data.database.kind === 'postgres'
				? { ...data.database, urlFile: at(data.database.urlFile) }
				: data.database,
		coordinator: data.coordinator,
		k: data.k,
		policyEngine: engineOf(data.policyEngine, at),
		monitoring: data.monitoring ?? null,
		log: data.log,
		accepts: {
			aggregation: data.accepts.aggregation,
			publicData: data.accepts.publicData,
			epsilonPerEpochMicros: microsOf(data.accepts.epsilonPerEpoch),
			epsilonForLifeMicros: microsOf(data.accepts.epsilonForLife),
		},
		budget: ownCapsOf(data.budget ?? {}),
		authorizationFile: at(data.authorization),
		dictionaryFile: optional(data.dictionary),
		mappingFile: optional(data.mapping),
		patientsMatching: data.patients?.matching ?? null,
		withdrawalsFile: optional(data.withdrawals),
		sources,
		baseFolder: folder,
		complianceKey: data.complianceKey,
	});
}

function engineOf(
	engine: z.infer<typeof configSchema>['policyEngine'],
	at: (path: string) => string,
): NodeConfig['policyEngine'] {
	if (engine.kind === 'in-process') return engine;
	const { kind, apiUrl, tokenFile, storeId, modelId } = engine;
	const isPinned = storeId !== undefined && modelId !== undefined;
	const store = isPinned ? { storeId, modelId } : null;
	return { kind, apiUrl, tokenFile: tokenFile === undefined ? null : at(tokenFile), store };
}

function ownCapsOf(given: NonNullable<z.infer<typeof configSchema>['budget']>): OwnCaps {
	const micros = (epsilon: number | undefined): number | null =>
		epsilon === undefined ? null : microsOf(epsilon);
	return {
		epochMicros: micros(given.epsilonPerEpoch),
		lifeMicros: micros(given.epsilonForLife),
		projectMicros: micros(given.epsilonPerProject),
		researcherMicros: micros(given.epsilonPerResearcher),
	};
}

function isPattern(text: string): boolean {
	try {
		new RegExp(text, 'u');
		return true;
	} catch {
		// The engine's text differs from version to version.
		return false;
	}
}

/** Rounded down, but for what only the multiplication lost: 4.1 * 1e6 is a little less than 4100000. */
function microsOf(epsilon: number): number {
	const nearest = Math.round(epsilon * 1e6);
	return nearest / 1e6 === epsilon ? nearest : Math.floor(epsilon * 1e6);
}
