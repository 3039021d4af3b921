/** Made-up names in many scripts, as HumanName lists: the official one is the one to show. */

const written = (text, family, ...given) => [{ use: "official", text, family, given }];
const parts = (family, ...given) => [{ use: "official", family, given }];

export const PEOPLE = [
  parts("Brontë-Ångström", "Zoë"),
  written("נועה בן־דוד־לדוגמה", "בן־דוד־לדוגמה", "נועה"),
  written("ليلى عبد المثال", "عبد المثال", "ليلى"),
  written("例田 花子", "例田", "花子"),
  parts("Примерова", "Анастасия", "Львовна"),
  written("മാതൃക ലക്ഷ്മി", "മാതൃക", "ലക്ഷ്മി"),
  parts("Παραδειγματίδου", "Ελένη"),
  written("김예시", "김", "예시"),
  written("นางสาวตัวอย่าง ใจดี", "ใจดี", "ตัวอย่าง"),
  [
    { use: "old", family: "Formerly", given: ["Amara"] },
    { use: "nickname", given: ["Ami"] },
    { use: "official", family: "Ọ̀kànlàwọ́n-Sample", given: ["Amara", "Ngozi"] },
  ],
  written("उदाहरण मीरा देवी", "देवी", "मीरा"),
  written("উদাহরণ রহিমা", "রহিমা", "উদাহরণ"),
  written("ਮਿਸਾਲ ਕੌਰ", "ਕੌਰ", "ਮਿਸਾਲ"),
  written("ઉદાહરણ પટેલ", "પટેલ", "ઉદાહરણ"),
  written("எடுத்துக்காட்டு வள்ளி", "வள்ளி", "எடுத்துக்காட்டு"),
  written("ఉదాహరణ సీత", "సీత", "ఉదాహరణ"),
  written("ಉದಾಹರಣೆ ರಾಧಾ", "ರಾಧಾ", "ಉದಾಹರಣೆ"),
  written("නිදසුන් කුමාරි", "කුමාරි", "නිදසුන්"),
  written("ဥပမာ မေမေ", "မေမေ", "ဥပမာ"),
  written("ឧទាហរណ៍ សុខា", "ឧទាហរណ៍", "សុខា"),
  written("ຕົວຢ່າງ ບຸນມີ", "ບຸນມີ", "ຕົວຢ່າງ"),
  written("ምሳሌ አበበች", "አበበች", "ምሳሌ"),
  written("Օրինակյան Անի", "Օրինակյան", "Անի"),
  written("მაგალითაძე ნინო", "მაგალითაძე", "ნინო"),
  written("例王 小明", "例王", "小明"),
  written("例山 たろう", "例山", "たろう"),
  written("نمونه‌پور زهرا", "نمونه‌پور", "زهرا"),
  written("مثالی فاطمہ", "مثالی", "فاطمہ"),
  written("ᏣᎳᎩ ᎤᏟᏍᏓ", "ᎤᏟᏍᏓ", "ᏣᎳᎩ"),
  written("ᐃᓄᒃ ᐆᒃᑐᕋᐅᑦ", "ᐆᒃᑐᕋᐅᑦ", "ᐃᓄᒃ"),
  written("ⵎⴰⵙⵉⵏ ⴰⵎⴷⵢⴰ", "ⴰⵎⴷⵢⴰ", "ⵎⴰⵙⵉⵏ"),
  written("དཔེ་མཚོན་ པདྨ", "པདྨ", "དཔེ་མཚོན་"),
  written("Жишээ Оюун", "Жишээ", "Оюун"),
  parts("Nguyễn-Ví-Dụ", "Thị", "Hồng"),
  parts("Příkladová", "Žofie"),
  parts("Örnekoğlu", "Işıl"),
  parts("Dæmisdóttir", "Þórunn"),
  parts("O'Sample", "Siobhán", "Máire"),
  parts("Példa", "Őrsebet"),
  parts("Piemērs", "Jānis"),
  parts("van der Voorbeeld", "Sanne"),
  parts("Kauāhikaua-Laʻana", "Keʻala"),
  parts("𠮷例", "𠀋子"),
  // The five who must not be listed.
  parts("Absent", "Finished"),
  parts("Absent", "Planned"),
  parts("Absent", "Cancelled"),
  parts("Absent", "Elsewhere"),
  parts("Absent", "Moved"),
];

/** The pieces that a displayed name must hold, letter for letter: the text, or all its parts. */
export function nameParts(names) {
  const official = names.find((name) => name.use === "official");
  return official.text ? [official.text] : [official.family, ...official.given];
}

/** The pieces that it must not hold: names no longer borne. */
export function formerNames(names) {
  return names.filter((name) => name.use === "old").map((name) => name.family);
}
