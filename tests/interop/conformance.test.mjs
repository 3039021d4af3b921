/** What the program writes conforms to R4 and US Core, by the judgement of HAPI's validator. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EXIT, jsonLine } from './support/binary.mjs';
import { idOf, setting } from './support/setting.mjs';
import { TEAM } from './support/site.mjs';
import { validate } from './support/validator.mjs';

describe('conformance of what is written', () => {
    let at;
    before(async () => {
        at = await setting('medplum'); // it keeps what it is given and adds only id and meta
    });
    after(() => at?.site.remove());

    test('statements conform to US Core, flags to R4', async () => {
        const [person] = at.ward.people;
        const about = ['--patient', idOf(person.patient), '--encounter', idOf(person.encounter)];
        const statement = ['push', 'statement', ...at.site.connected, ...about, '--wait'];
        const flag = ['push', 'flag', ...at.site.connected, '--team', TEAM, '--wait'];
        const receipts = [
            await jsonLine(EXIT.done, ...statement, '--text', 'Made up: tea before breakfast.'),
            await jsonLine(
                ...[EXIT.done, ...statement, '--text', 'Made up: I taught for forty years.'],
                ...['--aspect', 'about-me'],
            ),
            await jsonLine(EXIT.done, ...flag, '--reason', 'strain'),
        ];
        const written = [];
        for (const { location } of receipts) {
            written.push(await at.client.read(location));
        }

        const { errors } = await validate(...written);

        assert.deepEqual(written.map((one) => one.resourceType), [
            ...['Observation', 'Observation', 'Flag'],
        ]);
        assert.deepEqual(errors, [[], [], []]);
    });
});
