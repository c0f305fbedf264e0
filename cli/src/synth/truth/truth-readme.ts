// The text that lies beside the truth of a synthetic network, for whoever opens the folder.

export const truthReadme: string = `# The truth of this network

\`patients.ndjson\` has one line a patient: what the generator itself knows, written before and beside the hospitals'
files and never read back from them.

- \`hospital\`, \`patient\`: the hospital and its record number.
- \`examined\`, \`series\`, \`values\`, \`genotypes\`, \`conditions\`: what the hospital's files say, in the words of the
  data dictionary and its units; days count from 1970-01-01. Who was not examined has no such facts: unknown, not no.
- \`consent\`: for each class of data, whether the patient may be counted at all for health research.

A question's true answer is the reference evaluator's, over the patients who may count for every class it reads.
Small differences are made on purpose: a second reader's volume of the same scan (the largest counts), refuted
diagnoses and struck-out laboratory results (they do not count), inconclusive assays (no value), sites that were not
called (unknown).

Planted: unmethylated MGMT goes with rim enhancement, an EGFR alteration with a large tumour, an IDH1 mutation with
youth, methylation and long survival.

Every patient is invented. Genes and hotspot variants are real GRCh38 positions; the background variants are not.
`;
