import type { Fault } from "./model/statement";
import type { Aspect, Declined, Freshness } from "./server/types";

const aspects: Record<Aspect, string> = {
  now: "What matters most now",
  "about-me": "About me",
  "who-matters": "Who matters to me",
  "please-do": "Please do",
  "please-do-not": "Please do not",
  "how-to-talk-with-me": "How to talk with me",
};

/** Questions to ask aloud, for whoever does not know how to begin. */
const prompts: Record<Aspect, string[]> = {
  now: [
    "What matters most to you right now?",
    "What would make today a good day?",
    "What are you most worried about?",
  ],
  "about-me": [
    "What should we know about you as a person?",
    "What does a good ordinary day look like for you?",
    "What are you proud of?",
  ],
  "who-matters": ["Who are the people, or animals, that matter to you?", "Whom should we talk to?"],
  "please-do": ["What helps you feel at ease?", "What should we always do?"],
  "please-do-not": ["What makes things harder for you?", "What should we never do?"],
  "how-to-talk-with-me": [
    "How do you like to be told things?",
    "What should we call you?",
    "What makes it easier for you to follow?",
  ],
};

const freshness: Record<Freshness, string> = {
  fresh: "Current",
  ageing: "Some time ago",
  check: "Check again",
  doubted: "In doubt",
  declined: "Asked, not said",
  unasked: "Not asked yet",
  unread: "Could not be read",
};

const declined: Record<Declined, string> = {
  "asked-declined": "Chose not to say",
  "temp-unknown": "Not able to say now",
  "asked-unknown": "Does not know yet",
};

const faults: Record<Fault, string> = {
  "words-missing": "Write their words, or choose another answer above.",
  "words-too-long": "This is more than 2000 characters. Keep the words that matter most.",
  "name-missing": "Write the name of the person who spoke for them.",
  "name-too-long": "This name is more than 200 characters. Write a shorter one.",
  "note-too-long": "This note is more than 1000 characters. Write a shorter one.",
  "day-missing": "Choose the day when it was said.",
  "day-future": "This day is still to come. Choose today or a day before.",
};

/**
 * Every word of ours that a person reads. What people and the service say comes from the service.
 */
export const phrases = {
  product: "What Matters",
  aspects,
  prompts,
  freshness,
  declined,
  faults,

  // Time
  justNow: "just now",
  inPeriod: (period: string) => `in ${period}`,

  // Everywhere
  development: "Development mode: made-up people, no real data.",
  loading: "Reading from the EHR …",
  tryAgain: "Try again",
  requestId: (id: string) => `If you ask for help, give this number: ${id}`,
  signOut: "Sign out of What Matters",
  sessionEnded: "Your session has ended",
  sessionEndedHow:
    "Nothing is lost that was saved. To go on, open What Matters again from the patient’s " +
    "chart or the ward list in the EHR. You may close this page.",
  sessionEndedDraft:
    "These words were not saved. Copy them now, and add them after you have opened the page again:",
  noContext: "Open this page from the EHR",
  noContextHow:
    "It was opened without a patient or a ward. Go to the patient’s chart or the ward list " +
    "in the EHR and open What Matters there.",
  unreachable: "The service cannot be reached",
  unreachableHow: "Check the network connection of this device, then try again.",
  failed: "This could not be shown",
  failedHow: "Try again. If it stays so, tell the people who look after your EHR.",
  forbidden: "This page is not open to you",
  missing: "There is nothing here any more",
  missingHow: "The patient or the ward may have moved. Open What Matters again from the EHR.",
  notRefreshed: "This page cannot be refreshed just now. What it shows may have changed since.",
  readAt: "Read from the EHR",
  neverRead: "Not yet read from the EHR",

  // Who and when
  sayer: {
    patient: "by the patient",
    family: "by someone who spoke for them",
    familyNamed: "by",
    familyAfter: ", who spoke for the patient",
    unknown: "by someone, or by the patient: it is not known",
    unknownAfter: ", or by the patient: it is not known",
  },
  // Before the words
  speaker: {
    patient: "The patient",
    family: "Somebody close",
    somebody: "Somebody",
    orPatient: ", or the patient",
  },
  writtenDownBy: "Written down by",
  said: "Said",
  saidUnknown: "Said at a time that nobody recorded",
  saidIn: (language: string) => `in ${language}`,
  kept: "Kept to the care team",
  keptPrint: "Words kept to the care team: ask the patient.",
  keptHidden: "Words kept to the care team. Open the page to read them.",
  keptWords: "Words kept to the care team.",
  note: "Note",
  disclaimer: "Patient’s own words. Not orders, not an advance directive. Check with the patient.",

  // Patient
  patientTitle: "What matters to",
  backToWard: "Back to the ward",
  everyoneOn: "Everyone on",
  nameless: "Name not known",
  birthDate: "Born",
  gender: "Sex",
  identifier: "Number",
  genders: { female: "female", male: "male", other: "other", unknown: "not known" } as Record<
    string,
    string
  >,
  encounterClasses: {
    IMP: "In hospital",
    ACUTE: "In hospital",
    NONAC: "In hospital",
    OBSENC: "Under observation",
    EMER: "Emergency",
    AMB: "Outpatient",
    SS: "Day case",
    HH: "At home",
    VR: "Remote",
  } as Record<string, string>,
  since: "since",
  nothingSaid: "Nothing written down yet.",
  askNow: "Ask now",
  add: "Add new words",
  correct: "Correct",
  correctAbout: (words: string) => `Correct what was written down: ${words}`,
  correction: {
    title: "What is wrong with this?",
    withdrawHow:
      "If it does not belong here at all, in another person’s chart for example, take it back. It " +
      "is then marked as a mistake, here and in the chart, and nobody is shown these words again.",
    withdraw: "Take it back: a mistake",
    withdrawing: "Taking it back …",
    mendHow:
      "If the words are not what was said, put them right. The old ones stay in the history.",
    mend: "Put the words right",
    leave: "Leave it as it is",
    failed: "Not taken back. Try again in a moment.",
    formTitle: "Put the words right",
    formOld: "Written down before:",
    replaced: "Not what was said: put right since.",
    withdrawn: "Written down by mistake, and taken back.",
  },
  draftBegun:
    "You have begun to write something here. Save it or clear it first; then correct the other.",
  stillTrue: "Still true?",
  stillTrueAbout: (aspect: string) => `Still true? ${aspect}: say it again with today’s date`,
  addAbout: (aspect: string) => `Add new words: ${aspect}`,
  askAbout: (aspect: string) => `Ask now: ${aspect}`,
  moreAspects: "More about this person",
  notAsked: "Not asked yet:",
  notRead: "A record could not be read, so it is not known whether anybody asked:",
  moreUnread: "A record could not be read: more may be written down there.",
  bothVersions:
    "These do not agree. Both are shown, newest first; only talking with the patient can " +
    "settle it.",
  history: (count: number) => (count === 1 ? "1 earlier statement" : `${count} earlier statements`),
  receiptDetails: "Other ways that were tried first",
  receiptNext: (clock: string) => `Next attempt at ${clock}.`,
  routes: {
    observation: "as an Observation",
    "flowsheet-observation": "as a flowsheet entry",
    "questionnaire-response": "as a questionnaire answer",
    "document-reference": "as a document",
    communication: "as a message",
    task: "as a task",
    flag: "as a flag",
    companion: "kept by the companion",
  } as Record<string, string>,

  // Form
  formTitle: "Add their words",
  formAspect: "About",
  formAnswer: "They",
  answerWords: "said this",
  formText: "Their words, as said",
  formTextHint: "Write it as they said it, in their own language. Do not tidy it up.",
  formPrompts: "You could ask",
  counter: (count: number) => `${count} characters`,
  counterLong: (count: number) =>
    `${count} characters. Shorter is easier to take in before a visit.`,
  counterOver: (count: number) => `${count} of at most 2000 characters`,
  formDetails: "Who, when, how",
  formBy: "Who said it",
  byPatient: "The patient",
  byFamily: "Someone who spoke for them",
  formByName: "Their name, and who they are to the patient",
  formByNameHint: "For example: Amina, daughter",
  formWhen: "When it was said",
  whenNow: "Just now",
  whenToday: "Earlier today",
  whenDay: "On another day",
  whenBefore: "When it was first written down as said",
  formDay: "Day",
  formMethod: "How it was asked",
  methods: {
    "in-person": "In person",
    phone: "By phone",
    portal: "Through the portal",
    interpreter: "Through an interpreter",
    observed: "Observed, not spoken",
  } as Record<string, string>,
  formLanguage: "Language of the words",
  formNote: "Note about how it was said (not seen as their words)",
  formKeep: "They want this kept to the care team",
  save: "Save",
  saving: "Saving …",
  saved: "Saved.",
  savedOnItsWay: "Saved. On its way to the chart …",
  showSaved: "Show it",
  notSaved: "Not saved. Your words are still here.",
  notSavedUnreachable:
    "Not saved: the service cannot be reached. Your words are still here; try again in a moment.",
  conflict:
    "An earlier version of this was saved already, and is shown on this page. Save again to" +
    " add this version as well.",

  // The wards to choose from
  unitsTitle: "Choose a ward",
  unitsWhy:
    "The EHR opened What Matters without a patient and without a ward that is known here. " +
    "Choose a ward, or open What Matters from a patient’s chart.",

  // Ward
  wardTitle: "What matters on",
  wardLabel: "People on this ward",
  columns: {
    location: "Bed",
    name: "Name",
    words: "What matters most now",
    freshness: "How current",
  },
  sortBy: "Order",
  sortings: { location: "By bed", asking: "Worth asking first" },
  show: "Show",
  filters: {
    everyone: "Everyone",
    unasked: "Not asked yet",
    "worth-checking": "Worth checking",
  },
  showing: (count: number, all: number) =>
    count === all ? (all === 1 ? "1 person" : `${all} people`) : `${count} of ${all} people`,
  print: "Print",
  printed: (when: string) => `Printed ${when}`,
  listChanged: "The list has changed.",
  stale: "This list is old: the EHR has not answered since.",
  emptyWard: "Nobody is on this ward just now.",
  emptyWardHow: "People appear here when the EHR lists them on this ward.",
  emptyFilter: "Nobody here fits this choice.",
  wardProblems: (count: number) =>
    count === 1 ? "1 entry could not be read" : `${count} entries could not be read`,
  wardRefused: (count: number) =>
    count === 1
      ? "1 person on this ward is not shown: the EHR does not let you see them."
      : `${count} people on this ward are not shown: the EHR does not let you see them.`,
  wardUndecided: (count: number) =>
    count === 1
      ? "1 person on this ward is not shown: the EHR could not be asked whether you may see them."
      : `${count} people on this ward are not shown: the EHR could not be asked whether you may see them.`,
  noLocation: "No bed",
  opening: "Opening …",
  notOpened: "This patient could not be opened.",
  wardNotOpened: "This ward could not be opened.",

  // Start page of the demo
  start: {
    title: "What Matters",
    lead:
      "What matters to each patient, in their own words, inside the EHR that the care team " +
      "already uses.",
    madeUp:
      "This is a demo. Every person, word and ward in it is made up, and the EHR beside it " +
      "is a simulator.",
    ward: "Open a ward",
    wardWhy: "See everyone on the ward at one glance: what matters to whom, and whom to ask.",
    patient: "Open a patient",
    patientWhy: "Read what matters in fifteen seconds. Add new words; watch them reach the chart.",
    patientLabel: "Patient",
    patientInChart: "Open inside the EHR’s chart",
    patientButton: "Open this patient",
    card: "See the card in the chart",
    cardWhy:
      "When a clinician opens this patient’s chart, the EHR asks What Matters over CDS " +
      "Hooks and shows the answer:",
    cardButton: "Open the chart",
    cardChart: (name: string) => `Chart of ${name}`,
    cardAsking: "The EHR is asking …",
    cardNone: "No card: there is nothing to say now, so the clinician is left alone.",
    cardFailed: "The service did not answer the EHR’s question.",
    indicators: { info: "Information", warning: "Warning", critical: "Critical" },
    newTab: "opens in a new tab",
    how:
      "How it opens: each button asks the made-up EHR, which launches the page with SMART, as a " +
      "hospital’s EHR would.",
  },
};
