// Reads one field of a value that came as JSON and is not known to have any.

export function fieldOf(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
