// Reads and writes what an OpenFGA store holds: its models and relationships. Nothing here decides what it should hold.
// Answers of another shape than the API's are no answers: a store is never taken to be emptier than it is.

import { err, ok, type Result } from '@cordon/shared';
import { ConsistencyPreference, FgaApiNotFoundError, FgaApiValidationError } from '@openfga/sdk';
import { z } from 'zod';
import { type PolicyModel, parseModelJson } from './authorization-model.ts';
import { answerOf, connect, type OpenFgaServer, toKey } from './openfga-client.ts';
import type { Tuple } from './relationship-engine.ts';

type Answer<T> = Promise<Result<T, 'policy-unavailable'>>;

export interface StoredModel {
	readonly id: string;
	/** Null where it is none that this program can read. */
	readonly model: PolicyModel | null;
}

/** Written as one: all of it or nothing. No relationship is in both lists, and at most `maxTuplesPerWrite` in them. */
export interface TupleChange {
	readonly deletes: readonly Tuple[];
	readonly writes: readonly Tuple[];
}

export interface OpenFgaStore {
	/** Null where the store has none of this id. */
	readonly modelOf: (modelId: string) => Answer<StoredModel | null>;
	readonly newestModel: () => Answer<StoredModel | null>;
	readonly writeModel: (model: PolicyModel) => Answer<string>;
	/** All of them, as they are now. */
	readonly tuples: () => Answer<readonly Tuple[]>;
	/** Errors  `policy-unavailable` may have been written all the same. */
	readonly change: (modelId: string, change: TupleChange) => Answer<null>;
}

/** The server takes 100, and half a megabyte: fewer, because a condition may list 100 purposes. */
export const maxTuplesPerWrite = 50;

const pageSize = 100;
/** More than any authorization file can give; a server that pages without end must not hold a start for ever. */
const maxPages = 200_000;

const ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
const modelSchema = z.looseObject({
	id: ulid,
	schema_version: z.string(),
	type_definitions: z.array(z.unknown()),
});
const modelAnswer = z.object({ authorization_model: modelSchema });
const newestAnswer = z.object({
	authorization_model: modelSchema.optional(),
	continuation_token: z.string(),
});
const pageAnswer = z.object({
	tuples: z.array(
		z.object({
			key: z.object({
				user: z.string(),
				relation: z.string(),
				object: z.string(),
				condition: z
					.object({ name: z.string(), context: z.record(z.string(), z.unknown()).nullish() })
					.nullish(),
			}),
		}),
	),
	continuation_token: z.string(),
});

/** Makes an empty store. A name is a label only: the server does not keep two stores from having the same. */
export async function createStore(server: OpenFgaServer, name: string): Answer<string> {
	return read(
		answerOf(server, connect(server, {}).createStore({ name })),
		z.object({ id: ulid }),
		({ id }) => id,
	);
}

/** Errors  `policy-unavailable` where the server did not say that there is none. */
export async function hasStore(server: OpenFgaServer, storeId: string): Answer<boolean> {
	const found = connect(server, { storeId })
		.getStore()
		.then((store): unknown => store, falseWhere(isNotFound));
	const answer = await answerOf(server, found);
	if (!answer.ok) return answer;
	if (answer.value === false) return ok(false);
	return z.object({ id: z.literal(storeId) }).safeParse(answer.value).success
		? ok(true)
		: err('policy-unavailable');
}

export function openStore(server: OpenFgaServer, storeId: string): OpenFgaStore {
	const client = connect(server, { storeId });
	return {
		modelOf: async (authorizationModelId) => {
			const found = client
				.readAuthorizationModel({ authorizationModelId })
				.then((model): unknown => model, falseWhere(isModelAbsent));
			const answer = await answerOf(server, found);
			if (!answer.ok) return answer;
			if (answer.value === false) return ok(null);
			return read(Promise.resolve(answer), modelAnswer, (body) => toStored(body.authorization_model));
		},
		newestModel: () =>
			read(answerOf(server, client.readLatestAuthorizationModel()), newestAnswer, (body) =>
				body.authorization_model === undefined ? null : toStored(body.authorization_model),
			),
		writeModel: (model) =>
			read(
				answerOf(server, client.writeAuthorizationModel(model.json)),
				z.object({ authorization_model_id: ulid }),
				(body) => body.authorization_model_id,
			),
		tuples: () => readTuples(server, client),
		change: async (authorizationModelId, { deletes, writes }) => {
			const body = { deletes: deletes.map(toBareKey), writes: writes.map(toKey) };
			const answer = await answerOf(server, client.write(body, { authorizationModelId }));
			return answer.ok ? ok(null) : answer;
		},
	};
}

async function readTuples(
	server: OpenFgaServer,
	client: ReturnType<typeof connect>,
): Answer<readonly Tuple[]> {
	const tuples: Tuple[] = [];
	const consistency = ConsistencyPreference.HigherConsistency;
	let continuationToken: string | undefined;
	for (let page = 0; page < maxPages; page += 1) {
		const position = continuationToken === undefined ? {} : { continuationToken };
		const request = client.read({}, { pageSize, consistency, ...position });
		const answer = await read(answerOf(server, request), pageAnswer, (body) => body);
		if (!answer.ok) return answer;
		tuples.push(...answer.value.tuples.map(({ key }) => toTuple(key)));
		const next = answer.value.continuation_token;
		if (next === '') return ok(tuples);
		if (next === continuationToken) return err('policy-unavailable');
		continuationToken = next;
	}
	return err('policy-unavailable');
}

async function read<T, U>(pending: Answer<unknown>, schema: z.ZodType<T>, take: (body: T) => U): Answer<U> {
	const answer = await pending;
	if (!answer.ok) return answer;
	const parsed = schema.safeParse(answer.value);
	return parsed.success ? ok(take(parsed.data)) : err('policy-unavailable');
}

/** The server says so with a 404; anything else that failed says nothing about what there is. */
function isNotFound(error: unknown): boolean {
	return error instanceof FgaApiNotFoundError && error.apiErrorCode === 'store_id_not_found';
}

function isModelAbsent(error: unknown): boolean {
	return error instanceof FgaApiValidationError && error.apiErrorCode === 'authorization_model_not_found';
}

function falseWhere(isAbsent: (error: unknown) => boolean): (error: unknown) => false {
	return (error) => {
		if (isAbsent(error)) return false;
		throw error;
	};
}

function toStored(json: z.infer<typeof modelSchema>): StoredModel {
	return { id: json.id, model: parseModelJson(json) };
}

function toTuple(key: z.infer<typeof pageAnswer>['tuples'][number]['key']): Tuple {
	const { user, relation, object, condition } = key;
	if (condition === undefined || condition === null) return { user, relation, object };
	return { user, relation, object, condition: { name: condition.name, context: condition.context ?? {} } };
}

/** A deletion names no condition: the server deletes whatever condition there is. */
function toBareKey({ user, relation, object }: Tuple): Pick<Tuple, 'user' | 'relation' | 'object'> {
	return { user, relation, object };
}
