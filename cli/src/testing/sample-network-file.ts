// For tests: a network of three hospitals as a person writes it, with nothing wrong with it.

export function sampleNetworkYaml(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
	// Made anew for each: written as YAML, the same object three times would be an alias.
	const source = (): object => ({ kind: 'csv', path: 'radiomics.csv', patient: 'id', dataClass: 'image' });
	return {
		cordon: 1,
		name: 'Glioma Atlas',
		policy: { aggregation: 'secure', visibility: 'visible', mechanisms: ['noised', 'exact'] },
		hospitals: ['north', 'south', 'east'].map((id) => ({ id, name: `Hospital ${id}`, sources: [source()] })),
		people: [
			{ id: 'ana', name: 'Ana' },
			{ id: 'ben', name: 'Ben' },
		],
		projects: [
			{
				id: 'glioma',
				title: 'Glioma',
				hospitals: ['north', 'south', 'east'],
				purposes: ['HMB'],
				lead: 'ben',
				members: ['ana'],
				asks: ['count', 'histogram'],
				until: '2030-12-31',
			},
		],
		...change,
	};
}
