import { describe, expect, it } from 'vitest';
import { type PolicyModel, parseModel, parseModelJson } from './authorization-model.ts';
import { loadModel } from './load-model.ts';
import { isSameModel } from './same-model.ts';

const dsl = `model
  schema 1.1
type user
type group
  relations
    define owner: [user]
    define member: [user, group#member with late] or owner
condition late(now: timestamp, hours: list<string>) {
  now > timestamp("2027-01-01T00:00:00Z")
}
`;

/** As a server gives a model back: with an id, empty texts and empty lists filled in. */
function served({ json }: PolicyModel): PolicyModel | null {
	const text = JSON.stringify({ id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', ...json })
		.replaceAll('{"relation":', '{"object":"","relation":')
		.replaceAll('{"type":"user"}', '{"type":"user","condition":""}')
		.replaceAll(
			'{"type_name":"TYPE_NAME_TIMESTAMP"}',
			'{"type_name":"TYPE_NAME_TIMESTAMP","generic_types":[]}',
		);
	return parseModelJson(JSON.parse(text));
}

describe('isSameModel', () => {
	it.each([
		['the shipped model', loadModel()],
		['another', parseModel(dsl)],
	])('knows %s again as a server gives it back', (_name, model) => {
		const back = served(model);
		expect(back !== null && isSameModel(model, back)).toBe(true);
	});

	it.each([
		['who may be written', '[user, group#member with late]', '[user, group#member]'],
		['a rewrite', ' or owner', ' but not owner'],
		['a condition', 'now > timestamp', 'now >= timestamp'],
		['the type of a parameter', 'list<string>', 'list<int>'],
		['the version of the language', 'schema 1.1', 'schema 1.2'],
		['a relation more', 'define owner: [user]', 'define owner: [user]\n    define guest: [user]'],
		['a public relation', 'define owner: [user]', 'define owner: [user, user:*]'],
	])('tells a model with %s changed', (_what, before, after) => {
		expect(dsl).toContain(before);
		expect(isSameModel(parseModel(dsl), parseModel(dsl.replace(before, after)))).toBe(false);
	});

	it.each([
		[null],
		[{}],
		['model'],
		[{ schema_version: '1.1', type_definitions: [{ type: 'a', relations: { b: {} } }] }],
	])('reads no model from %j', (json) => {
		expect(parseModelJson(json)).toBeNull();
	});
});
