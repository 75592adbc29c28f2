/** Bearers in 100 000 people, after the census of the United States of 2010. */
const common = `
smith 828 johnson 655 williams 551 brown 487 jones 483 garcia 395 miller 394 davis 378 rodriguez 371 martinez 359
hernandez 354 lopez 297 gonzalez 285 wilson 272 anderson 265 thomas 256 taylor 254 moore 245 jackson 240 martin 238
lee 235 perez 231 thompson 225 white 224 harris 212 sanchez 208 clark 191 ramirez 189 lewis 180 robinson 179
walker 177 young 164 allen 163 king 157 wright 156 scott 149 torres 148 nguyen 148 hill 147 flores 147 green 146
adams 145 nelson 144 baker 142 hall 138 rivera 133 campbell 131 mitchell 130 carter 128 roberts 127 gomez 124
phillips 122 evans 121 turner 118 diaz 117 parker 113 cruz 112 edwards 110 collins 109 reyes 108 stewart 106
morris 106 morales 105 murphy 104 cook 102 rogers 100 gutierrez 98 ortiz 98 morgan 97 cooper 96 peterson 95
bailey 94 reed 94 kelly 91 howard 90 ramos 89 kim 89 cox 89 ward 88 richardson 88 watson 86 brooks 86 chavez 85
wood 85 james 85 bennett 83 gray 82 mendoza 82 ruiz 81 hughes 81 price 80 alvarez 79 castillo 79 sanders 79
patel 78 myers 77 long 76 ross 76 foster 76 jimenez 75
`
  .trim()
  .split(/\s+/);

const bearers = new Map<string, number>();
for (let index = 0; index < common.length; index += 2) bearers.set(common[index] ?? '', Number(common[index + 1]));

/** Where a name is none of the common ones: a cautious guess, rarer than all of them and commoner than most others. */
const usualBearers = 30;

/** How often two people who have nothing to do with each other bear this same surname. */
export function surnameFrequency(surname: string): number {
  return (bearers.get(surname) ?? usualBearers) / 100_000;
}

export function isCommonSurname(surname: string): boolean {
  return bearers.has(surname);
}
