// `cordon synth`: writes a synthetic network folder and says what is in it.

import { synthesize } from '../synth/synthesize.ts';

export async function synth(
	folder: string,
	options: { readonly seed: number; readonly patients: number; readonly hospitals: number },
): Promise<void> {
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
}
