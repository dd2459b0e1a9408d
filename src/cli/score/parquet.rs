//! Rows in Parquet: a column of its own type for each of the CSV's, whatever may be missing null.

use bpclip_core::inspect::report::{Value, ValueKind};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int64Type,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows that are kept until they are written together.
pub const TOGETHER: usize = 10_000;

/// The columns of a file: names, each another, and kinds.
pub type Columns = Vec<(String, ValueKind)>;

/// Names that differ, as readers want them: a word of the user's own may be one of the columns.
pub fn columns<'a>(kinds: impl IntoIterator<Item = (&'a str, ValueKind)>) -> Columns {
    let mut taken = HashSet::new();
    let mut name = |name: &str| {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        std::iter::once(name.to_owned())
            .chain(numbered)
            .find(|name| taken.insert(name.clone()))
            .unwrap_or_default()
    };
    let kinds = kinds.into_iter();
    kinds.map(|(text, kind)| (name(text), kind)).collect()
}

/// A file that grows by [`TOGETHER`] rows at a time.
pub struct Sheet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    kinds: Vec<ValueKind>,
    rows: Vec<Vec<Value>>,
}

impl<W: Write + Send> Sheet<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn new(out: W, columns: &Columns) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("bpclip ", env!("CARGO_PKG_VERSION")).into())
            .build();
        let schema = schema(columns).map_err(io::Error::other)?;
        let writer = SerializedFileWriter::new(out, schema, properties.into());
        Ok(Self {
            writer: writer.map_err(as_io)?,
            kinds: columns.iter().map(|(_, kind)| *kind).collect(),
            rows: Vec::new(),
        })
    }

    /// Takes a row, a value for each column.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn row(&mut self, row: Vec<Value>) -> io::Result<()> {
        self.rows.push(row);
        match self.rows.len() < TOGETHER {
            true => Ok(()),
            false => self.write().map_err(as_io),
        }
    }

    /// Writes what is left, and the end.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.write().map_err(as_io)?;
        self.writer.close().map(drop).map_err(as_io)
    }

    fn write(&mut self) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.writer.next_row_group()?;
        let mut kinds = self.kinds.iter().enumerate();
        while let (Some(mut column), Some((index, kind))) = (group.next_column()?, kinds.next()) {
            let values = rows.iter().map(|row| row.get(index));
            match kind {
                ValueKind::Text => {
                    write::<ByteArrayType>(&mut column, values, |value| match value {
                        Value::Text(text) => Some(ByteArray::from(text.clone().into_bytes())),
                        _ => None,
                    })
                }
                ValueKind::Whole => write::<Int64Type>(&mut column, values, |value| match value {
                    Value::Whole(number) => Some(i64::from(*number)),
                    _ => None,
                }),
                ValueKind::Single => write::<FloatType>(&mut column, values, |value| match value {
                    Value::Single(number) => Some(*number),
                    _ => None,
                }),
                ValueKind::Double => {
                    write::<DoubleType>(&mut column, values, |value| match value {
                        Value::Double(number) => Some(*number),
                        _ => None,
                    })
                }
                ValueKind::Flag => write::<BoolType>(&mut column, values, |value| match value {
                    Value::Flag(flag) => Some(*flag),
                    _ => None,
                }),
            }?;
            column.close()?;
        }
        group.close().map(drop)
    }
}

fn write<'v, T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<&'v Value>>,
    of: impl Fn(&Value) -> Option<T::T>,
) -> Result<()> {
    let values: Vec<Option<T::T>> = values.map(|value| of(value?)).collect();
    let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    let column = column.typed::<T>();
    column.write_batch(&values, Some(&levels), None).map(drop)
}

fn schema(columns: &Columns) -> Result<TypePtr> {
    let field = |(name, kind): &(String, ValueKind)| {
        let (physical, logical) = match kind {
            ValueKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ValueKind::Whole => (Physical::INT64, None),
            ValueKind::Single => (Physical::FLOAT, None),
            ValueKind::Double => (Physical::DOUBLE, None),
            ValueKind::Flag => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    };
    let fields: Result<Vec<TypePtr>> = columns.iter().map(field).collect();
    let schema = Type::group_type_builder("pictures").with_fields(fields?);
    schema.build().map(Arc::new)
}

/// The error of the output where it was that.
fn as_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        error => io::Error::other(error),
    }
}

/// Reads the names of a file's columns.
///
/// # Errors
/// It is no Parquet.
pub fn open(file: File) -> Result<(SerializedFileReader<File>, Vec<String>)> {
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let names = schema
        .columns()
        .iter()
        .map(|column| column.name().to_owned());
    let names = names.collect();
    Ok((reader, names))
}

/// The texts of one column, none where there is none.
///
/// # Errors
/// The column is no text, or the file is damaged.
pub fn texts(reader: &SerializedFileReader<File>, column: usize) -> Result<Vec<Option<String>>> {
    let mut texts = Vec::new();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let count = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let ColumnReader::ByteArrayColumnReader(mut column) = group.get_column_reader(column)?
        else {
            return Err(ParquetError::General("a column of names is no text".into()));
        };
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let mut read = 0;
        while read < count {
            let (records, ..) =
                column.read_records(count - read, Some(&mut levels), None, &mut values)?;
            if records == 0 {
                return Err(ParquetError::General(
                    "it lacks rows that it should have".into(),
                ));
            }
            read += records;
        }
        let mut values = values.iter();
        for level in levels {
            let value = if level > 0 { values.next() } else { None };
            texts.push(
                value
                    .map(|value| value.as_utf8().map(str::to_owned))
                    .transpose()?,
            );
        }
    }
    Ok(texts)
}
