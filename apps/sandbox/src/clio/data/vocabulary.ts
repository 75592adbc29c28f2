export const firstNames = [
  'Alice',
  'Marcus',
  'Priya',
  'Daniel',
  'Renée',
  'José',
  'Fatima',
  'Liam',
  'Grace',
  'Omar',
  'Hannah',
  'Victor',
  'Mei',
  'Tomasz',
  'Ngozi',
  'Carlos',
  'Ingrid',
  'Samuel',
  'Aisha',
  'Peter',
  'Beatriz',
  'Dmitri',
  'Chloe',
  'Rajesh',
  'Mary Ann',
  'Kevin',
  'Søren',
  'Yuki',
  'Gabriela',
  'Tyrone',
  'Eleanor',
  'Ahmed',
  'Zoë',
  'Patrick',
  'Lucía',
  'Walter',
  'Naomi',
  'Ivan',
  'Jean-Paul',
  'Destiny',
] as const;

export const lastNames = [
  'Nguyen',
  "O'Brien",
  'García',
  'Smith',
  'Kowalski',
  'Okafor',
  'Johnson',
  'Patel',
  'Müller',
  'Rossi',
  'Chen',
  'Davis',
  'Hernández',
  'Kim',
  'Brown',
  'van der Berg',
  'Silva',
  'Cohen',
  'Washington',
  'Petrov',
  'Lee',
  'Martin',
  'Yamamoto',
  'Ali',
  'Wilson',
  'Larsen',
  'Moreau',
  'Singh',
  'Taylor',
  'Fernandes',
  'McCarthy',
  'Novak',
  'Reyes',
  'Abdullah',
  'Jones',
  'Dubois',
  'Anderson',
  'Costa',
  'Schmidt',
  'Baker',
  'St. Clair',
  'Ivanova',
  'Lopez',
  'Haddad',
  'Young',
  'Eriksson',
] as const;

export const companyNames = [
  'Northwind Insurance',
  'Cedar Ridge Builders',
  'Harbor Light Hotels',
  'Juniper Medical Group',
  'Summit Freight',
  'Blue Heron Realty',
  'Ironwood Capital',
  'Maple & Pine Catering',
  'Redstone Software',
  'Lakeside Dental',
  'Golden Gate Imports',
  'Prairie Energy',
  'Silver Birch Homes',
  'Crescent Auto Body',
  'Old Mill Brewing',
  'Atlas Court Reporting',
  'Keystone Process Servers',
  'Beacon Investigations',
  'Violet Hill Daycare',
  'Orchard Foods',
] as const;
export const companySuffixes = ['LLC', 'Inc.', 'Ltd.', 'Co.', 'LLP'] as const;

export const streets = [
  'Main St',
  'Oak Avenue',
  'Elm Street',
  'Maple Dr',
  'Cedar Ln',
  '2nd Ave',
  'Park Blvd',
  'River Rd',
] as const;

export interface Place {
  readonly city: string;
  readonly province: string;
  readonly postalCode: string;
  readonly areaCode: string;
}

export const placesByRegion: Readonly<Record<'us' | 'eu' | 'ca' | 'au', readonly Place[]>> = {
  us: [
    { city: 'New York', province: 'NY', postalCode: '10013', areaCode: '212' },
    { city: 'Chicago', province: 'IL', postalCode: '60611', areaCode: '312' },
    { city: 'Austin', province: 'TX', postalCode: '78701', areaCode: '512' },
    { city: 'Denver', province: 'CO', postalCode: '80202', areaCode: '303' },
    { city: 'Portland', province: 'OR', postalCode: '97205', areaCode: '503' },
    { city: 'Miami', province: 'FL', postalCode: '33131', areaCode: '305' },
    { city: 'Boston', province: 'MA', postalCode: '02110', areaCode: '617' },
    { city: 'Seattle', province: 'WA', postalCode: '98101', areaCode: '206' },
  ],
  eu: [
    { city: 'London', province: 'Greater London', postalCode: 'EC1A 1BB', areaCode: '20' },
    { city: 'Manchester', province: 'Greater Manchester', postalCode: 'M1 1AE', areaCode: '161' },
    { city: 'Leeds', province: 'West Yorkshire', postalCode: 'LS1 4AP', areaCode: '113' },
  ],
  ca: [
    { city: 'Burnaby', province: 'BC', postalCode: 'V5H 0A1', areaCode: '604' },
    { city: 'Toronto', province: 'ON', postalCode: 'M5H 2N2', areaCode: '416' },
    { city: 'Calgary', province: 'AB', postalCode: 'T2P 1J9', areaCode: '403' },
  ],
  au: [
    { city: 'Sydney', province: 'NSW', postalCode: '2000', areaCode: '2' },
    { city: 'Melbourne', province: 'VIC', postalCode: '3000', areaCode: '3' },
    { city: 'Brisbane', province: 'QLD', postalCode: '4000', areaCode: '7' },
  ],
};
export const countries = { us: 'US', eu: 'GB', ca: 'CA', au: 'AU' } as const;
export const timeZones = {
  us: 'Eastern Time (US & Canada)',
  eu: 'London',
  ca: 'Pacific Time (US & Canada)',
  au: 'Sydney',
} as const;

export const mailHosts = ['example.com', 'example.org', 'example.net', 'mail.example', 'inbox.example'] as const;

export const practiceAreas = [
  {
    name: 'Personal Injury',
    code: 'PI',
    category: 'personal_injury',
    subjects: ['motor vehicle collision', 'slip and fall', 'dog bite'],
  },
  { name: 'Family Law', code: 'FAM', category: 'family', subjects: ['divorce', 'child custody', 'adoption'] },
  { name: 'Criminal Defense', code: 'CRIM', category: 'criminal', subjects: ['DUI', 'assault charge', 'expungement'] },
  {
    name: 'Immigration',
    code: 'IMM',
    category: 'immigration',
    subjects: ['naturalization', 'H-1B petition', 'asylum'],
  },
  {
    name: 'Estate Planning',
    code: 'EST',
    category: 'wills_and_estates',
    subjects: ['will and trust', 'probate', 'power of attorney'],
  },
  {
    name: 'Real Estate',
    code: 'RE',
    category: 'real_estate',
    subjects: ['purchase of a home', 'lease dispute', 'zoning appeal'],
  },
  {
    name: 'Employment',
    code: 'EMP',
    category: 'employment_and_labor',
    subjects: ['wrongful termination', 'wage claim', 'severance review'],
  },
  {
    name: 'Business Law',
    code: 'BUS',
    category: 'business_formation_and_compliance',
    subjects: ['formation', 'shareholder agreement', 'asset purchase'],
  },
] as const;

export const stages = ['Intake', 'Investigation', 'Negotiation', 'Litigation', 'Wrap-up'] as const;

export const activityNotes = [
  'Telephone call with client re: next steps',
  'Review of medical records',
  'Draft demand letter',
  'Prepare for deposition',
  'Research on limitation period',
  'E-mail to opposing counsel',
  'Court appearance: status conference',
  'Revise settlement agreement — second draft',
  'File motion to compel',
  'Meeting with client (in person)',
] as const;
export const expenseNotes = [
  'Filing fee',
  'Courier',
  'Process server',
  'Copies of records',
  'Expert report',
  'Parking',
] as const;

export const activityDescriptions = [
  'Phone call',
  'E-mail',
  'Client meeting',
  'Legal research',
  'Drafting',
  'Court appearance',
  'Deposition',
  'Travel',
  'Document review',
  'Negotiation',
  'Initial consultation',
  'Administration',
] as const;

export const expenseCategories = [
  { name: 'Court fees', entryType: 'hard_cost' },
  { name: 'Expert witness', entryType: 'hard_cost' },
  { name: 'Process service', entryType: 'hard_cost' },
  { name: 'Photocopies', entryType: 'soft_cost' },
  { name: 'Postage', entryType: 'soft_cost' },
  { name: 'Travel', entryType: 'unassociated' },
  { name: 'Medical records', entryType: 'hard_cost' },
  { name: 'Translation', entryType: 'unassociated' },
] as const;

export const currencies = [
  { code: 'USD', sign: '$' },
  { code: 'CAD', sign: '$' },
  { code: 'GBP', sign: '£' },
  { code: 'EUR', sign: '€' },
  { code: 'AUD', sign: '$' },
] as const;
export const currencyIndexByRegion = { us: 0, ca: 1, eu: 2, au: 4 } as const;
