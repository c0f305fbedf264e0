// Decides whether a condition of a relationship holds: true, false, or undecided (a value missing or of another type).
// The one place that meets @bufbuild/cel, whose errors are truthy objects: only the literal true is true.

import { BlockList, isIP } from 'node:net';
import { type CelInput, CelScalar, celEnv, celMethod, celUint, isCelError, parse, plan } from '@bufbuild/cel';
import type { ConditionDefinition, ParameterType } from './authorization-model.ts';
import type { ConditionContext } from './relationship-engine.ts';

export type Truth = 'yes' | 'no' | 'undecided';

/** A condition ready to run. A value stored with the relationship wins over one that comes with the check. */
export type CompiledCondition = (stored: ConditionContext, asked: ConditionContext) => Truth;

type Converted = { readonly value: CelInput } | null;

const inCidr = celMethod('in_cidr', CelScalar.STRING, [CelScalar.STRING], CelScalar.BOOL, function (cidr) {
	return contains(cidr, String(this));
});
const environment = celEnv({ funcs: [inCidr] });
const toTimestamp = plan(environment, parse('timestamp(text)'));
const toDuration = plan(environment, parse('duration(text)'));

/** Errors  throws where the expression does not parse: such a policy stops the start. */
export function compileCondition(condition: ConditionDefinition): CompiledCondition {
	const evaluate = plan(environment, parse(condition.expression));
	return (stored, asked) => {
		const bindings: Record<string, CelInput> = {};
		for (const [name, type] of condition.parameters) {
			const source = Object.hasOwn(stored, name) ? stored : asked;
			if (!Object.hasOwn(source, name)) return 'undecided';
			const converted = convert(source[name], type);
			if (converted === null) return 'undecided';
			bindings[name] = converted.value;
		}
		const outcome = evaluate(bindings);
		if (outcome === true) return 'yes';
		return outcome === false ? 'no' : 'undecided';
	};
}

/** Whether the server lets these values be stored with a relationship: each a parameter's, and of its type. */
export function takesContext(condition: ConditionDefinition, stored: ConditionContext): boolean {
	return Object.entries(stored).every(([name, value]) => {
		const type = condition.parameters.get(name);
		return type !== undefined && convert(value, type) !== null;
	});
}

function convert(value: unknown, type: ParameterType): Converted {
	switch (type.name) {
		case 'TYPE_NAME_BOOL':
			return typeof value === 'boolean' ? { value } : null;
		case 'TYPE_NAME_STRING':
			return typeof value === 'string' ? { value } : null;
		case 'TYPE_NAME_IPADDRESS':
			return typeof value === 'string' && isIP(value) !== 0 ? { value } : null;
		case 'TYPE_NAME_INT':
			return convertInteger(value);
		case 'TYPE_NAME_UINT':
			return convertUnsigned(value);
		case 'TYPE_NAME_DOUBLE':
			return convertDouble(value);
		case 'TYPE_NAME_TIMESTAMP':
			return convertText(value, toTimestamp);
		case 'TYPE_NAME_DURATION':
			return convertText(value, toDuration);
		case 'TYPE_NAME_LIST':
			return convertList(value, type.items);
		case 'TYPE_NAME_MAP':
			return convertMap(value, type.items);
		default:
			return null;
	}
}

function convertInteger(value: unknown): { readonly value: bigint } | null {
	if (typeof value === 'number') return Number.isSafeInteger(value) ? { value: BigInt(value) } : null;
	if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return null;
	const integer = BigInt(value);
	return BigInt.asIntN(64, integer) === integer ? { value: integer } : null;
}

function convertUnsigned(value: unknown): Converted {
	const integer = convertInteger(value);
	return integer === null || integer.value < 0n ? null : { value: celUint(integer.value) };
}

function convertDouble(value: unknown): Converted {
	const isNumeral = typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);
	if (typeof value !== 'number' && !isNumeral) return null;
	const number = Number(value);
	return Number.isFinite(number) ? { value: number } : null;
}

function convertText(value: unknown, parser: typeof toTimestamp): Converted {
	if (typeof value !== 'string') return null;
	const parsed = parser({ text: value });
	return isCelError(parsed) ? null : { value: parsed };
}

function convertList(value: unknown, items: ParameterType | null): Converted {
	if (!Array.isArray(value) || items === null) return null;
	const converted: CelInput[] = [];
	for (const item of value) {
		const one = convert(item, items);
		if (one === null) return null;
		converted.push(one.value);
	}
	return { value: converted };
}

function convertMap(value: unknown, items: ParameterType | null): Converted {
	if (typeof value !== 'object' || value === null || Array.isArray(value) || items === null) return null;
	const converted = new Map<string, CelInput>();
	for (const [key, item] of Object.entries(value)) {
		const one = convert(item, items);
		if (one === null) return null;
		converted.set(key, one.value);
	}
	return { value: converted };
}

/** A malformed range throws, which CEL turns into an error, which is undecided. */
function contains(cidr: string, address: string): boolean {
	const [network = '', bits = ''] = cidr.split('/');
	const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
	if (isIP(network) === 0 || !/^\d{1,3}$/.test(bits)) throw new Error('not an address range');
	const range = new BlockList();
	range.addSubnet(network, Number(bits), family);
	return range.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
