/**
 * A made-up ward: 43 people who are in it now, and others who must not be listed with it.
 * Names, lives and words are invented. Loaded into a server over plain HTTP.
 */
import { randomUUID } from "node:crypto";
import { SYSTEMS } from "./fhir.mjs";
import { PEOPLE } from "./people.mjs";

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/** How many of PEOPLE are in the ward now: more than two pages of the HAPI peer. */
export const WARD_SIZE = 43;

/** Words that were withdrawn. They must never be shown. */
export const RETRACTED_WORDS = [
  "MADE-UP RETRACTED WORDS of somebody who said nothing else",
  "MADE-UP RETRACTED WORDS newer than the ones that hold",
];

const WORDS = [
  "Seeing the sea once more, and my dog Bruno.",
  "שהמשפחה תשב לידי כשהרופאים באים", // Hebrew
  "أن أصلي في وقتها، وأن يُنادى اسمي كاملاً", // Arabic
  "毎朝、庭の写真を見たい。", // Japanese
  "Хочу сама решать, когда вставать.", // Russian
  "ഉച്ചയ്ക്ക് കഞ്ഞി കിട്ടണം", // Malayalam
  "Να μου λέτε την αλήθεια, “ακόμα κι αν είναι δύσκολη”.", // Greek
  "Cafe\u0301 au lait, pas de sucre 👩🏽‍🌾☕️", // a combining accent, an emoji of four parts
];

/**
 * The states of freshness that the ward must show, by person: what they said, and what follows.
 * A statement is {daysAgo, words?, absent?, status?, aspect?, by?, replaces?}; without `aspect`
 * it carries both LOINC codes of DESIGN, section 5, which make it one about now.
 */
const CASES = [
  {
    stayDays: 3,
    statements: [{ daysAgo: 1, words: WORDS[1] }],
    expected: { text: WORDS[1], daysAgo: 1, freshness: "fresh", aspect: "now" },
  },
  {
    stayDays: 30,
    statements: [{ daysAgo: 20, words: WORDS[2] }],
    expected: { text: WORDS[2], daysAgo: 20, freshness: "ageing", aspect: "now" },
  },
  {
    stayDays: 30,
    statements: [{ daysAgo: 20, words: WORDS[3], aspect: "about-me" }],
    expected: { text: WORDS[3], daysAgo: 20, freshness: "fresh", aspect: "about-me" },
  },
  {
    stayDays: 2,
    statements: [{ daysAgo: 5, words: WORDS[4] }],
    expected: { text: WORDS[4], daysAgo: 5, freshness: "check", aspect: "now" },
  },
  {
    stayDays: 4,
    statements: [{ daysAgo: 1, absent: "asked-declined" }],
    expected: { freshness: "declined" },
  },
  { stayDays: 4, statements: [], expected: { freshness: "unasked" } },
  {
    stayDays: 4,
    statements: [{ daysAgo: 1, words: RETRACTED_WORDS[0], status: "entered-in-error" }],
    expected: { freshness: "unasked" },
  },
  {
    stayDays: 4,
    statements: [
      { daysAgo: 2, words: WORDS[5] },
      { daysAgo: 1, words: RETRACTED_WORDS[1], status: "entered-in-error" },
    ],
    expected: { text: WORDS[5], daysAgo: 2, freshness: "fresh", aspect: "now" },
  },
  {
    stayDays: 4,
    statements: [{ daysAgo: 1, words: WORDS[6], by: "RelatedPerson" }],
    expected: { text: WORDS[6], daysAgo: 1, freshness: "fresh", by: "RelatedPerson" },
  },
  {
    stayDays: 6,
    statements: [
      { daysAgo: 3, words: "Made-up older words" },
      { daysAgo: 1, words: WORDS[7], replaces: 0 },
    ],
    expected: { text: WORDS[7], daysAgo: 1, freshness: "fresh", aspect: "now" },
  },
];

/** People whose encounters must not be listed: what is done to the encounter of a person. */
const ABSENT = {
  finished: { status: "finished", endDaysAgo: 1 },
  planned: { status: "planned" },
  cancelled: { status: "cancelled" },
  "in another ward": { ward: "ward-8" },
  "moved to another ward": { movedTo: "ward-8" },
};

/**
 * Loads the ward. Answers {ward, organization, people, absent}: `ward` and `organization` are
 * references; `people` and `absent` hold, for each person, {name, patient, encounter, start, bed,
 * expected?, why?}.
 */
export async function loadWard(client, now = Date.now()) {
  const builder = new WardBuilder(now);
  const places = {};
  for (const id of ["ward-7", "ward-8"]) {
    places[id] = builder.location({ name: id.replace("ward-", "Ward ") });
  }
  const organization = builder.add({
    resourceType: "Organization",
    active: true,
    name: "Ward 7 team (made up)",
  });
  const people = PEOPLE.slice(0, WARD_SIZE).map((name, index) => {
    const words = { daysAgo: 1, words: WORDS[index % WORDS.length] };
    const plain = { stayDays: 2 + (index % 5), statements: index % 3 ? [words] : [] };
    return builder.person({ name, places, bed: index + 1, ...(CASES[index] ?? plain) });
  });
  const absent = Object.entries(ABSENT).map(([why, change], index) => ({
    why,
    ...builder.person({
      name: PEOPLE[WARD_SIZE + index],
      places,
      bed: WARD_SIZE + index + 1,
      stayDays: 5,
      statements: [{ daysAgo: 1, words: "Made-up words from elsewhere" }],
      change,
    }),
  }));
  const references = await client.transaction(builder.entries);
  const byUrl = new Map(builder.entries.map(({ fullUrl }, i) => [fullUrl, references[i]]));
  const known = (person) => ({
    ...person,
    patient: byUrl.get(person.patient),
    encounter: byUrl.get(person.encounter),
  });
  return {
    ward: byUrl.get(places["ward-7"]),
    organization: byUrl.get(organization),
    people: people.map(known),
    absent: absent.map(known),
  };
}

function concept(system, ...codes) {
  return { coding: codes.map((code) => ({ system, code })) };
}

/** Collects the entries of one transaction; references are the entries' own `urn:uuid:`. */
class WardBuilder {
  entries = [];
  #now;

  constructor(now) {
    this.#now = now;
  }

  add(resource) {
    const fullUrl = `urn:uuid:${randomUUID()}`;
    this.entries.push({ fullUrl, resource });
    return fullUrl;
  }

  location({ name, partOf, type = "wa" }) {
    return this.add({
      resourceType: "Location",
      status: "active",
      name,
      physicalType: concept(SYSTEMS.physicalType, type),
      partOf: partOf && { reference: partOf },
    });
  }

  person({ name, places, bed, stayDays, statements, expected, change = {} }) {
    const patient = this.add({
      resourceType: "Patient",
      identifier: [{ system: "https://example.org/made-up/ward", value: randomUUID() }],
      name,
    });
    const start = this.#daysAgo(stayDays);
    const bedName = `Bed ${bed}`;
    const encounter = this.#encounter({ patient, places, bed, bedName, start, change });
    const made = [];
    for (const statement of statements) {
      made.push(this.#statement({ patient, encounter, statement, made }));
    }
    const said = expected?.daysAgo && this.#daysAgo(expected.daysAgo);
    return { name, patient, encounter, start, bed: bedName, expected, said };
  }

  #encounter({ patient, places, bed, bedName, start, change }) {
    const { status = "in-progress", endDaysAgo, ward = "ward-7", movedTo } = change;
    const bedPlace = this.location({ name: bedName, partOf: places[ward], type: "bd" });
    const atWard = { location: { reference: places[ward] }, status: "active" };
    const atBed = {
      location: { reference: bedPlace, display: bedName },
      status: "active",
      physicalType: concept(SYSTEMS.physicalType, "bd"),
    };
    // Both ways are met in the field: the ward and its bed, or the bed alone.
    let location = bed % 3 === 0 ? [atBed] : [atWard, atBed];
    if (movedTo) {
      const left = { end: this.#daysAgo(1) };
      const arrived = { location: { reference: places[movedTo] }, status: "active" };
      location = location.map((place) => ({ ...place, status: "completed", period: left }));
      location.push(arrived);
    }
    return this.add({
      resourceType: "Encounter",
      status,
      class: { system: SYSTEMS.actCode, code: "IMP" },
      subject: { reference: patient },
      period: { start, end: endDaysAgo && this.#daysAgo(endDaysAgo) },
      location,
    });
  }

  #statement({ patient, encounter, statement, made }) {
    const codes = statement.aspect === "about-me" ? ["95541-9"] : ["95541-9", "81363-4"];
    let performer = patient;
    if (statement.by === "RelatedPerson") {
      performer = this.add({
        resourceType: "RelatedPerson",
        active: true,
        patient: { reference: patient },
        name: [{ family: "Made-up", given: ["Daughter"] }],
      });
    }
    const replaced = made[statement.replaces];
    return this.add({
      resourceType: "Observation",
      status: statement.status ?? "final",
      category: [
        concept(SYSTEMS.observationCategory, "survey"),
        concept(SYSTEMS.usCoreCategory, "care-experience-preference"),
      ],
      code: concept(SYSTEMS.loinc, ...codes),
      subject: { reference: patient },
      encounter: { reference: encounter },
      effectiveDateTime: this.#daysAgo(statement.daysAgo),
      issued: this.#daysAgo(statement.daysAgo),
      performer: [{ reference: performer }],
      valueString: statement.words,
      dataAbsentReason: statement.absent && concept(SYSTEMS.absentReason, statement.absent),
      derivedFrom: replaced && [{ reference: replaced }],
    });
  }

  /** An hour short of the full days, so that no age lies on the edge of a limit. */
  #daysAgo(days) {
    return new Date(this.#now - days * DAY + HOUR).toISOString();
  }
}
