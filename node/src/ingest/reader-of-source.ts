// Picks the reader of a source's kind, with its paths made absolute.

import { resolve } from 'node:path';
import { unreachable } from '@cordon/shared';
import { createCsvReader } from './csv/csv-reader.ts';
import { createDicomReader } from './dicom/dicom-reader.ts';
import { createFhirReader } from './fhir/fhir-reader.ts';
import { createMafReader } from './maf/maf-reader.ts';
import type { ColumnOfFile, SourceConfig } from './source-config.ts';
import type { SourceReader } from './source-reader.ts';
import { createVcfReader } from './vcf/vcf-reader.ts';
import type { MappedVocabulary } from './vocabulary.ts';

/** The same source with every path absolute. */
export function resolveSource(config: SourceConfig, baseFolder: string): SourceConfig {
	const path = resolve(baseFolder, config.path);
	switch (config.kind) {
		case 'dicom':
			if (typeof config.examined === 'string') return { ...config, path };
			return { ...config, path, examined: resolveFile(config.examined, baseFolder) };
		case 'maf':
			if (typeof config.examined === 'string') return { ...config, path };
			return { ...config, path, examined: resolveFile(config.examined, baseFolder) };
		case 'vcf': {
			const { samples } = config;
			return { ...config, path, samples: samples && { ...samples, file: resolve(baseFolder, samples.file) } };
		}
		case 'csv':
		case 'fhir':
			return { ...config, path };
		default:
			return unreachable(config);
	}
}

function resolveFile(list: ColumnOfFile, baseFolder: string): ColumnOfFile {
	return { ...list, file: resolve(baseFolder, list.file) };
}

/** `epochDay` is the day of the data epoch, from which ages are counted; days since 1970-01-01. */
export function readerOfSource(
	config: SourceConfig,
	vocabulary: MappedVocabulary,
	epochDay: number,
): SourceReader {
	switch (config.kind) {
		case 'dicom':
			return createDicomReader(config, config.path, vocabulary);
		case 'vcf':
			return createVcfReader(config, config.path, vocabulary);
		case 'maf':
			return createMafReader(config, config.path, vocabulary);
		case 'csv':
			return createCsvReader(config, config.path, vocabulary);
		case 'fhir':
			return createFhirReader(config, config.path, vocabulary, epochDay);
		default:
			return unreachable(config);
	}
}
