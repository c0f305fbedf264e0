// `cordon synth`: writes a synthetic network folder and says what is in it.

import { SynthFault, type SynthFaultCode, synthesize } from '../synth/synthesize.ts';

const explanations: Readonly<Record<SynthFaultCode, string>> = {
	'folder-not-empty': 'the folder is not empty: name a new one',
	'bad-seed': 'the seed is a whole number from 0',
	'bad-hospitals': 'from 2 to 100 hospitals',
	'bad-patients': 'at least 10 patients a hospital and at most 200,000 in all',
};

export async function synth(
	folder: string,
	options: { readonly seed: number; readonly patients: number; readonly hospitals: number },
): Promise<void> {
	try {
		const summary = await synthesize({ folder, ...options }, ({ hospital, step, files }) => {
			console.error(`  ${hospital}: ${step}, ${files} files`);
		});
		for (const { name, patients, files } of summary.hospitals) {
			console.log(
				`${name}: ${patients} patients; files: ${files.dicom} DICOM, ${files.vcf} VCF, ${files.fhir} FHIR, ${files.csv} CSV`,
			);
		}
		console.log(`questions: ${summary.questions.join(' ')}`);
		console.log(`next: cordon ask ${folder} ${folder}/${summary.questions[0] ?? ''}`);
	} catch (error) {
		if (error instanceof SynthFault) throw new Error(explanations[error.code]);
		throw error;
	}
}
