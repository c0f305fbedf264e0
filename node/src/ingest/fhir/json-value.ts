// Reads outside JSON without trusting its shape: what is not as expected is absent.

export type JsonObject = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): JsonObject | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function objectsOf(value: unknown): readonly JsonObject[] {
	if (!Array.isArray(value)) return [];
	return value.map(asObject).filter((one) => one !== null);
}

export function textOf(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}
